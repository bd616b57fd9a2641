//! Texts of pages.

crate::catalogue! {
    PROVE => "Xác nhận địa chỉ thư điện tử", "Confirm your e-mail address";
    PROVE_TEXT => "Nhấn nút để xác nhận địa chỉ này là của bạn.", "Press the button to confirm that this address is yours.";
    PROVE_BUTTON => "Xác nhận", "Confirm";
    PROVEN => "Đã xác nhận địa chỉ", "The address is confirmed";
    PROVEN_TEXT => "Bây giờ bạn có thể đăng nhập.", "You can sign in now.";
    RESET => "Đặt mật khẩu", "Choose a password";
    RESET_TEXT => "Từ 10 đến 128 ký tự. Một câu dễ nhớ, dài, là tốt nhất; không dùng tên hay địa chỉ thư của bạn.", "10 to 128 characters. A long sentence that you remember is best; not your name or address.";
    RESET_BUTTON => "Đặt mật khẩu", "Set the password";
    RESET_DONE => "Đã đặt mật khẩu", "The password is set";
    RESET_DONE_TEXT => "Bây giờ bạn có thể đăng nhập bằng mật khẩu này. Nếu tài khoản đã có từ trước: mọi phiên đăng nhập đã kết thúc; khóa đăng nhập (passkey) và liên kết đăng nhập khác cần được thêm lại.", "You can sign in with this password now. Where the account was there before: every session has ended, and passkeys and links to other sign-ins must be added again.";
    NOT_THE_SAME => "Hai lần gõ không giống nhau.", "The two are not the same.";
    TAKE_NAME => "Họ và tên của bạn", "Your name";
    TAKE_POST => "Chức vụ, đơn vị", "Your post or unit";
    TAKE_PHONE => "Số điện thoại gọi lại được", "A telephone number to call you back";
    ACCOUNT_LOCKED => "Tài khoản đã cấp mã này bị khóa", "The account that made this token was locked";
    MAKER_LEFT_POST => "Người lập mã này không còn giữ vị trí", "Whoever made this token has left the post";
    MAKER_LEFT_EMPLOYER => "Người lập mã này không còn thay mặt đơn vị", "Whoever made this token acts for the employer no more";
    BAD_FORM => "Không đọc được biểu mẫu", "The form cannot be read";
    BAD_FORM_TEXT => "Chưa có gì được lưu. Vui lòng quay lại trang trước và thử lại.", "Nothing was stored. Please go back and try again.";
    PRIORITY_URGENT => "Khẩn", "Urgent";
    PRIORITY_NORMAL => "Thường", "Ordinary";
    PRIORITY_BULK => "Không gấp", "Can wait";
    OPERATIONS_NOT_GOOD => "Mã truy cập hoặc phiên đăng nhập không còn hiệu lực.", "The token or session is not valid.";
    OPERATIONS_NOT_YOURS => "Trang này chỉ dành cho người vận hành.", "This page is for operators only.";
    REMINDERS_GONE => "Liên kết không đúng", "This link is not valid";
    REMINDERS_GONE_TEXT => "Hãy mở lại liên kết trong thư nhắc việc mới nhất.", "Please open the link of the newest reminder again.";
    REMINDERS_TOO_OFTEN => "Đã thay đổi quá nhiều lần trong hôm nay", "This was changed too often today";
    REMINDERS_TOO_OFTEN_TEXT => "Chưa có gì thay đổi. Hãy thử lại sau.", "Nothing was changed. Please try again later.";
    LINK_GONE => "Liên kết đã hết hạn hoặc đã được dùng", "This link has expired or was used";
    LINK_GONE_TEXT => "Hãy yêu cầu một liên kết mới.", "Please ask for a new one.";
}
