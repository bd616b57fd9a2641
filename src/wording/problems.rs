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
        "sign_in_refused" => "Không đăng nhập được: địa chỉ thư, mật khẩu hoặc mã không đúng, tài khoản chưa được xác nhận hoặc bị khóa, hoặc đã thử quá nhiều lần. Hãy kiểm tra, chờ ít phút, hoặc đặt lại mật khẩu.", "You could not be signed in: address, password or code is wrong, the account is not confirmed or is locked, or it was tried too often. Please check, wait a few minutes, or set a new password.";
        "totp_not_offered" => "Chưa bắt đầu thiết lập mã xác thực; hãy bắt đầu lại.", "No authenticator secret waits for its confirmation; please begin again.";
        "totp_compulsory" => "Cán bộ và quản trị viên bắt buộc dùng mã xác thực; chỉ thay được, không tắt được.", "Authenticator codes are compulsory for officials and administrators; they can be replaced, not removed.";
        "totp_not_set_up" => "Tài khoản chưa dùng mã xác thực.", "The account has no authenticator codes.";
        "account_locked" => "Tài khoản này đang bị khóa.", "This account is locked.";
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
        "request_not_open" => "Yêu cầu này đã được trả lời hoặc từ chối.", "This request was answered or refused already.";
        "already_acknowledged" => "Yêu cầu này đã được xác nhận tiếp nhận.", "This request was acknowledged already.";
        "already_extended" => "Thời hạn chỉ được gia hạn một lần.", "The limit is extended once only.";
        "limit_has_passed" => "Thời hạn đã hết.", "The limit has passed.";
        "no_rule" => "Không có quy tắc có hiệu lực cho ngày này.", "No rule is in force for this day.";
        "breach_closed" => "Vi phạm này đã khép lại.", "This breach is closed.";
        "already_notified" => "Vi phạm này đã được thông báo.", "This breach was notified already.";
        "not_notified" => "Chưa thông báo: hãy thông báo, hoặc nêu lý do không phải thông báo.", "Nobody was notified: notify, or say why that is not needed.";
        "already_on_hold" => "Hồ sơ đã được giữ vì lý do này.", "The case is on hold on this ground already.";
        "not_on_hold" => "Hồ sơ không được giữ vì lý do này.", "The case is not on hold on this ground.";
        "plan_expired" => "Kế hoạch đã hết hạn; hãy lập kế hoạch mới.", "The plan has expired; make a new one.";
        "plan_was_run" => "Kế hoạch này đã được thực hiện.", "This plan was run already.";
        "plan_changed" => "Có mục của kế hoạch đã thay đổi hoặc đang được giữ; chưa hủy gì.", "Something of the plan has changed or is on hold; nothing was destroyed.";
        "directory_changed" => "Danh bạ đã thay đổi trong lúc đó; hãy xem lại rồi gửi lại.", "The directory has changed meanwhile; look again, then send again.";
        "law_changed" => "Quy tắc đã thay đổi từ khi lập đề xuất; hãy lập đề xuất mới.", "The law has changed since the proposal was made; make a new one.";
        "same_person" => "Người đề xuất không được tự phê duyệt: cần một người khác.", "Whoever proposes does not approve: somebody else must.";
        "not_the_proposer" => "Chỉ người đề xuất mới rút được đề xuất.", "Only whoever proposed takes a proposal back.";
        "proposal_settled" => "Đề xuất này đã được giải quyết hoặc đã hết hạn.", "This proposal is settled, or has expired.";
        "last_owner" => "Đơn vị phải luôn có ít nhất một chủ tài khoản; hãy giao cho người khác trước.", "An employer always has an owner; make somebody else one first.";
        "already_registered" => "Tài khoản này đã thay mặt một đơn vị với mã số thuế đó.", "This account acts for an employer of that tax code already.";
        "already_one_of_them" => "Tài khoản này đã thay mặt đơn vị.", "This account acts for the employer already.";
        "too_many_invitations" => "Đang có quá nhiều lời mời chưa được trả lời; hãy rút bớt.", "Too many invitations wait for an answer; take some back.";
        "employer_not_in_this_state" => "Hồ sơ đơn vị không ở trạng thái cho phép việc này.", "The record of the employer does not stand so that this is possible.";
        "employer_not_verified" => "Chỉ nhập được vào hồ sơ đơn vị đã xác minh.", "Only into the record of an employer that is verified.";
        "tax_code_verified" => "Một hồ sơ khác của mã số thuế này đã được xác minh; hãy nhập hồ sơ, giải quyết đăng ký trùng, hoặc hủy xác minh trước.", "Another record of this tax code is verified; merge, decide the claim, or take that back first.";
        "claim_settled" => "Đăng ký trùng này đã được giải quyết.", "This claim was decided already.";
        "link_expired" => "Liên kết đã hết hạn hoặc không đúng.", "The link has expired or is not valid.";
    }
}
