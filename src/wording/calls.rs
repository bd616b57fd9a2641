//! What is said on the telephone about an alert that nobody has taken.

crate::catalogue! {
    SCRIPT => "Xin chào, tôi gọi từ hệ thống khai báo tai nạn lao động. {class}, tại {place}, xảy ra lúc {occurred}; số tiếp nhận {receipt}. Theo luật, {authority} phải nhận tin này; tin đã gửi lúc {since} nhưng chưa ai tiếp nhận. Đề nghị cho biết ai tiếp nhận: họ tên, chức vụ, số điện thoại gọi lại được. Nội dung có trong thư và trên hệ thống.", "Good day, this is the accident reporting service. {class}, at {place}, which happened at {occurred}; receipt number {receipt}. By law {authority} must receive this alert; it was sent at {since}, and nobody has taken it. Who takes it, please: name, post, and a telephone number to call back? What is known stands in the mail and in the service.";
    NOBODY => "cơ quan giữ vai trò {role}, mà danh bạ chưa có,", "whoever holds the role {role}, whom the directory does not know,";
}
