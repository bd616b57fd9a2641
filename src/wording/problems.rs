//! Texts of problem documents and refusals.

crate::catalogue! {
    /// What a caller reads when a request is refused, by its code.
    problem {
        "invalid" => "Có mục chưa đúng; chưa có gì được lưu.", "Some entries are not acceptable; nothing was stored.";
        "not_json" => "Nội dung không phải là JSON hợp lệ.", "The body is not valid JSON.";
        "key_twice" => "Một đối tượng JSON có cùng một khóa hai lần: không biết giá trị nào đúng.", "A JSON object has the same key twice: which value is right cannot be known.";
        "not_utf8" => "Nội dung không phải là UTF-8.", "The body is not UTF-8.";
        "body_incomplete" => "Nội dung không đến trọn vẹn; hãy gửi lại.", "The body did not arrive whole; please send it again.";
        "too_large" => "Nội dung lớn hơn 1 MiB.", "The body is larger than 1 MiB.";
        "wrong_content_type" => "Kiểu nội dung phải là application/json.", "The content type must be application/json.";
        "unauthenticated" => "Cần mã truy cập còn hiệu lực.", "A valid access token is needed.";
        "forbidden" => "Vai trò của bạn không được làm việc này.", "Your role is not allowed to do this.";
        "not_found" => "Không tìm thấy, hoặc không thuộc phạm vi của bạn.", "Not found, or not within your remit.";
        "method_not_allowed" => "Địa chỉ này không nhận phương thức đó.", "This address does not take that method.";
        "receipt_mistyped" => "Số tiếp nhận bị đọc hoặc gõ nhầm: ký tự kiểm tra không khớp.", "The receipt number was misheard or mistyped: its check character does not match.";
        "conflict" => "Không thực hiện được ở trạng thái hiện tại.", "Not possible in the present state.";
        "key_reused" => "Idempotency-Key này đã dùng cho một yêu cầu khác.", "This Idempotency-Key was used for another request.";
        "bad_idempotency_key" => "Idempotency-Key phải có từ 1 đến 200 ký tự ASCII nhìn thấy được.", "Idempotency-Key must have 1 to 200 visible ASCII characters.";
        "bad_query" => "Tham số truy vấn chưa đúng.", "A query parameter is not acceptable.";
        "body_too_slow" => "Nội dung đến quá chậm; hãy gửi lại.", "The body came too slowly; please send it again.";
        "address_too_long" => "Địa chỉ dài hơn 8 KiB.", "The address is longer than 8 KiB.";
        "headers_too_large" => "Các tiêu đề của yêu cầu lớn hơn 32 KiB.", "The headers of the request are larger than 32 KiB.";
        "too_many_requests" => "Quá nhiều yêu cầu; hãy thử lại sau số giây nêu ở Retry-After.", "Too many requests; please try again after the seconds named in Retry-After.";
        "busy" => "Hệ thống đang bận; hãy thử lại sau ít giây.", "The service is busy; please try again in a few seconds.";
        "internal" => "Lỗi của hệ thống; đã ghi lại để xử lý.", "A fault of ours; it has been recorded.";
        "already_delivered" => "Thông báo này không ở trạng thái cần gửi lại.", "This alert is not waiting to be sent again.";
        "notice_decided" => "Tin báo này đã được xử lý.", "Somebody has decided on this notice.";
        "post_ended" => "Vị trí công tác này đã kết thúc.", "This post has ended.";
        "post_holds_work" => "Vị trí này còn giữ vụ việc hoặc ca trực; hãy bàn giao trước.", "This post still holds cases or shifts; hand them over first.";
        "already_held" => "Tài khoản này đã giữ vị trí trong thời gian đó.", "This account holds the post in that time already.";
        "shift_is_over" => "Ca trực này đã kết thúc.", "This shift is over.";
        "link_expired" => "Liên kết đã hết hạn hoặc không đúng.", "The link has expired or is not valid.";
    }
}
