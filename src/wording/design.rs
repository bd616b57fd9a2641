//! The page that shows every part of the design system.

crate::catalogue! {
    TITLE => "Hệ thống thiết kế", "Design system";
    TEXT => "Mọi thành phần của các trang, để xem ở cả hai nền sáng và tối.", "Every part of the pages, to be looked at in both themes.";
    TYPE => "Chữ", "Type";
    HEADING => "Tiêu đề bằng Be Vietnam Pro: ẨÊỀỂỄỆƠỚỜỞỠỢƯỨỪỬỮỰĐ", "Headings in Be Vietnam Pro: ẨÊỀỂỄỆƠỚỜỞỠỢƯỨỪỬỮỰĐ";
    RUNNING => "Chữ thường. Người lao động bị tai nạn được cấp cứu, điều trị, giám định và bồi thường theo Luật An toàn, vệ sinh lao động.", "Running text. A worker who was hurt is rescued, treated, assessed and compensated under the Law on Occupational Safety and Health.";
    SOFT => "Chữ phụ, nhạt hơn nhưng vẫn đọc được.", "Lesser text, softer and still readable.";
    COLOURS => "Màu và ý nghĩa", "Colours and what they mean";
    NEUTRAL => "Thông tin", "Information";
    ALARM => "Nguy cấp, quá hạn", "Danger, overdue";
    WARN => "Sắp đến hạn, còn thiếu", "Due soon, missing";
    GOOD => "Đã xong, đã nhận", "Done, taken";
    QUIET => "Không cần làm gì", "Nothing to do";
    BUTTONS => "Nút", "Buttons";
    PRIMARY => "Việc chính", "The main thing to do";
    PLAIN => "Việc khác", "Another thing";
    DANGER => "Việc không quay lại được", "What cannot be undone";
    SMALL => "Nút nhỏ", "A small button";
    ENTRIES => "Mục điền", "Entries";
    ENTRY => "Họ và tên", "Full name";
    ENTRY_HINT => "Ghi như trong giấy tờ.", "As in your papers.";
    ENTRY_WRONG => "Mục này bắt buộc. Vui lòng điền.", "This entry is required. Please fill it in.";
    LINES => "Chuyện gì đã xảy ra", "What happened";
    SELECT => "Loại người lao động", "Kind of worker";
    RADIO => "Vụ việc xảy ra ở đâu", "Where it happened";
    CHECK => "Tôi đã gọi 115", "I have called 115";
    ONE => "Tại nơi làm việc", "At the place of work";
    TWO => "Trên đường đi làm", "On the way to work";
    LISTS => "Số liệu, danh sách, bảng", "Figures, lists, tables";
    FIGURE => "vụ đang mở", "open cases";
    FACT => "Nơi xảy ra", "Place";
    FACT_VALUE => "Xã Phú Bình, Tỉnh Thái Nguyên", "Xã Phú Bình, Tỉnh Thái Nguyên";
    LINE => "Một dòng trong danh sách", "A line of a list";
    STEP_ONE => "Báo tin", "Report";
    STEP_TWO => "Hoàn thiện mẫu", "Complete the form";
    STEP_THREE => "Gửi", "Send";
    EVENT => "Đã tiếp nhận lúc 14:30 ngày 20/05/2026", "Taken on 20/05/2026, 14:30";
    UNFOLD => "Cách tính", "How it is reckoned";
}
