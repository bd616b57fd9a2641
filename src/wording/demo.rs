//! What `tnld demo` prints.

use crate::catalogue;

catalogue! {
    /// A text of the greeting.
    demo {
        "title" => "Tỉnh Thái Nguyên với dữ liệu hư cấu", "Thái Nguyên province with invented data";
        "folder" => "Dữ liệu nằm trong {folder}/ (xóa thư mục này để làm lại từ đầu)", "The data are in {folder}/ (delete it to begin anew)";
        "stop" => "Dừng: Ctrl+C", "Stop: Ctrl+C";
        "open" => "Mở trong trình duyệt", "Open in a browser";
        "people" => "Vào xem với tư cách từng người", "Be any of the people";
        "mailbox" => "Hộp thư mẫu", "The mailbox";
        "docs" => "Thử API", "Try the API";
        "operations" => "Trang vận hành", "Operations";
        "alert" => "Một tin báo khẩn", "One alert";
        "tokens" => "Mã truy cập theo vai trò, mới mỗi lần khởi động", "Tokens by role, new at each start";
        "employer" => "người sử dụng lao động", "an employer";
        "commune" => "Ủy ban nhân dân xã", "a commune";
        "inspector" => "thanh tra viên của Sở Nội vụ", "a labour inspector";
        "police" => "công an tỉnh", "police of the province";
        "ministry" => "Bộ Nội vụ", "the ministry";
        "operator" => "người vận hành", "the operator";
        "declare" => "Khai báo một vụ chết người; thư khẩn có ngay trong hộp thư", "Declare a death; its alerts are in the mailbox at once";
        "story" => "Thư đến hộp thư cũ của công an xã bị trả lại; phòng trực được báo ngay. Mở thư gửi trucban-… trong hộp thư mẫu và nhấn nút tiếp nhận", "The mail to the old mailbox of the commune police comes back, and their duty room is told at once: open the mail to trucban-… in the mailbox, and press the button";
        "queue" => "Danh sách việc của thanh tra viên, hạn gần nhất trước", "The inspector's queue, nearest limit first";
        "mails" => "Số thư trong hộp thư", "How many mails the mailbox shows";
    }
}
