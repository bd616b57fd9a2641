//! Texts around every page, of signing in, and of what went wrong.

crate::catalogue! {
    BRAND => "Tai nạn lao động", "Accidents at work";
    SKIP => "Đến nội dung chính", "Skip to the content";
    MENU => "Trang", "Pages";
    OTHER_LANGUAGE => "English", "Tiếng Việt";
    OTHER_LANGUAGE_CODE => "en", "vi";
    SIGN_IN => "Đăng nhập", "Sign in";
    SIGN_OUT => "Đăng xuất", "Sign out";
    HELP => "Khi xảy ra tai nạn thì làm gì", "What to do after an accident";
    PRIVACY => "Dữ liệu cá nhân", "Personal data";
    NUMBERS => "Gọi ngay khi có người bị nạn:", "When somebody is hurt, call at once:";
    DESK => "Bàn làm việc", "Desk";
    NOTICE => "Báo tai nạn", "Report an accident";
    COMMUNE => "Biên bản ghi nhận", "Commune records";
    COVERAGE => "Độ phủ", "Coverage";
    DIRECTORY => "Danh bạ", "Directory";
    LAW => "Quy tắc", "Rules";
    POSTS => "Vị trí", "Posts";
    OPERATIONS => "Vận hành", "Operations";
    EMAIL => "Địa chỉ thư điện tử", "E-mail address";
    PASSWORD => "Mật khẩu", "Password";
    CODE => "Mã xác thực (nếu có)", "Authenticator code (if you have one)";
    CODE_HINT => "Sáu chữ số trong ứng dụng xác thực.", "Six digits from your authenticator app.";
    NO_ACCOUNT => "Không có tài khoản vẫn báo tai nạn được.", "You can report an accident without an account.";
    SESSION_ENDED => "Vui lòng đăng nhập để đi tiếp. Sau đó bạn trở lại đúng trang đang mở.", "Please sign in to go on. You will come back to the page that you were on.";
    STANDING => "Bạn làm việc với tư cách nào?", "In which capacity do you act?";
    STANDING_TEXT => "Bạn giữ nhiều vị trí. Chọn một; có thể đổi lại bất cứ lúc nào.", "You hold several posts. Choose one; you can change at any time.";
    STANDING_NONE => "Tài khoản này hiện không giữ vị trí nào và không thay mặt đơn vị nào.", "This account holds no post and acts for no employer at present.";
    NOT_FOUND => "Không có trang này", "There is no such page";
    NOT_YOURS => "Bạn không xem được trang này", "This page is not for you";
    BUSY => "Dịch vụ đang bận", "The service is busy";
    FAILED => "Chưa thực hiện được", "This could not be done";
    LATE => "Phiên làm việc đã hết", "Your session has ended";
    LATE_TEXT => "Những gì bạn vừa gõ vẫn còn ở trang này và chưa được gửi. Hãy đăng nhập ở thẻ mới, rồi trở lại đây bấm gửi.", "What you typed is still on this page and was not sent. Sign in on a new tab, then come back here and send it.";
    LATE_SIGN_IN => "Đăng nhập ở thẻ mới", "Sign in on a new tab";
    SESSION_SOON => "Đã lâu không có thao tác: phiên làm việc sẽ hết sau {minutes} phút.", "Nothing was done for a long time: your session ends in {minutes} min.";
    SESSION_LAST => "Phiên làm việc sẽ hết sau {minutes} phút và không kéo dài thêm được. Hãy gửi hoặc lưu; những gì đã gõ vẫn còn trên trang này.", "Your session ends in {minutes} min and cannot be made longer. Send or save; what you typed stays on this page.";
    SESSION_OVER => "Phiên làm việc đã hết. Những gì đã gõ vẫn còn trên trang này: đăng nhập ở thẻ mới, rồi trở lại đây.", "Your session has ended. What you typed is still on this page: sign in on a new tab, then come back here.";
    SESSION_STAY => "Tôi vẫn đang làm việc", "I am still at work";
    LATE_SEND => "Tôi đã đăng nhập, gửi đi", "I have signed in: send it";
    FAILED_TEXT => "Lỗi ở phía chúng tôi. Chưa có gì thay đổi; vui lòng thử lại sau ít phút.", "The fault is ours. Nothing was changed; please try again in a few minutes.";
    TO_START => "Về trang đầu", "To the first page";
    FAULTS => "Có mục chưa đúng. Chưa có gì được lưu.", "Some entries are not right. Nothing was stored.";
    OPTIONAL => "không bắt buộc", "optional";
}
