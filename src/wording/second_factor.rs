//! Texts of setting up codes of an authenticator app.

crate::catalogue! {
    TITLE => "Mã xác thực", "Authenticator codes";
    WHY => "Cán bộ và quản trị viên xem dữ liệu sức khỏe của người bị nạn, nên phải đăng nhập bằng hai lớp. Cài một ứng dụng xác thực trên điện thoại, rồi làm ba bước này một lần.", "Officials and administrators see health data of those who were hurt, so they sign in with two factors. Install an authenticator app on your telephone, then take these three steps once.";
    PASSWORD => "Mật khẩu của bạn, một lần nữa", "Your password, once more";
    BEGIN => "Bắt đầu", "Begin";
    SCAN => "Quét mã bằng ứng dụng xác thực", "Scan the code with your authenticator app";
    SCAN_TEXT => "Không quét được thì gõ dãy chữ này vào ứng dụng:", "Where it cannot be scanned, type these letters into the app:";
    PICTURE => "Mã để quét bằng ứng dụng xác thực", "Code to be scanned by the authenticator app";
    CODE => "Sáu chữ số mà ứng dụng hiện ra", "The six digits that the app shows";
    AGAIN => "Mã trong ứng dụng vẫn dùng được; chờ số mới rồi gõ lại.", "The entry in your app is still good; wait for the next digits and type them.";
    CONFIRM => "Xác nhận", "Confirm";
    DONE => "Đã thiết lập", "It is set up";
    CODES_TEXT => "Cất các mã dự phòng này ở nơi an toàn, ngoài điện thoại. Mỗi mã dùng được một lần khi mất điện thoại. Chúng không hiện lại nữa.", "Keep these recovery codes in a safe place, not on your telephone. Each is good once when you have lost it. They are not shown again.";
    GO_ON => "Đến bàn làm việc", "To the desk";
}
