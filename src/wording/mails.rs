//! Texts of e-mails. `{name}` is filled in by `mail::render`.

crate::catalogue! {
    /// The text of a part of an e-mail.
    mail {
        // --- subjects and headings
        "urgent" => "KHẨN", "URGENT";
        "copy" => "Bản sao để biết", "Copy for information";
        "update" => "Cập nhật", "Update";
        "withdrawn" => "Rút thông báo", "Alert withdrawn";
        "operator" => "Cảnh báo vận hành", "Operator alarm";
        "technical_incident" => "Sự cố kỹ thuật gây mất an toàn, vệ sinh lao động", "Technical incident at work";
        "subject" => "{what} – {place} – số tiếp nhận {receipt}", "{what} – {place} – receipt {receipt}";

        // --- classes
        "class.FATAL" => "Tai nạn lao động chết người", "Fatal accident at work";
        "class.MULTI_SERIOUS" => "Tai nạn lao động làm từ hai người bị thương nặng trở lên", "Accident at work with two or more seriously injured";
        "class.UNCLEAR" => "Tai nạn lao động chưa rõ thương vong", "Accident at work, casualties still unclear";
        "class.SINGLE_SERIOUS" => "Tai nạn lao động làm một người bị thương nặng", "Accident at work with one seriously injured";
        "class.LIGHT" => "Tai nạn lao động nhẹ", "Light accident at work";

        // --- labels of the facts
        "to" => "Kính gửi: {authority}", "To: {authority}";
        "receipt" => "Số tiếp nhận", "Receipt number";
        "class" => "Phân loại", "Class";
        "earlier_class" => "Phân loại trước đó", "Class before";
        "occurred" => "Xảy ra lúc", "Happened at";
        "received" => "Tiếp nhận lúc", "Received at";
        "place" => "Nơi xảy ra", "Place";
        "place_today" => "Nay thuộc", "Today part of";
        "counts" => "Số người", "Persons";
        "earlier_counts" => "Số người đã báo trước đó", "Persons, as told before";
        "establishment" => "Cơ sở", "Establishment";
        "factor" => "Yếu tố gây chấn thương", "Injury factor";
        "declarant" => "Người báo", "Reported by";
        "form" => "Mẫu khai báo", "Legal form";
        "basis" => "Căn cứ gửi tin", "Why you are told";
        "reason" => "Lý do", "Reason";
        "withdrawn_at" => "Rút lúc", "Withdrawn at";
        "raised_at" => "Phát hiện lúc", "Noticed at";
        "case" => "Mã vụ việc", "Case id";
        "role" => "Vai trò chưa được báo", "Role not told";
        "authority" => "Mã cơ quan", "Authority id";
        "message" => "Mã thư", "Message id";
        "reply" => "Máy chủ thư trả lời", "Mail server said";

        // --- counts
        "dead" => "{n} chết", "{n} dead";
        "serious" => "{n} bị thương nặng", "{n} seriously injured";
        "light" => "{n} bị thương nhẹ", "{n} lightly injured";
        "missing" => "{n} mất tích", "{n} missing";
        "unknown" => "{n} chưa rõ", "{n} not known yet";
        "nobody" => "không có người bị nạn", "nobody hurt";

        // --- who reports
        "declarant.employer" => "người sử dụng lao động", "employer";
        "declarant.commune" => "Ủy ban nhân dân cấp xã", "commune People's Committee";
        "declarant.family" => "gia đình người bị nạn", "the victim's family";
        "declarant.witness" => "người phát hiện", "witness";
        "declarant.worker" => "người lao động", "worker";
        "caller_protected" => "{role}; họ tên và số điện thoại của người báo tin chỉ cơ quan tiếp nhận xem được trong hồ sơ (Luật 84/2015/QH13 Điều 34.2)", "{role}; name and telephone stand behind the case, for the authority that receives the notice alone (Law 84/2015/QH13 Art. 34.2)";
        "caller" => "{name} ({role}), điện thoại {phone}", "{name} ({role}), telephone {phone}";

        // --- what the law asks of the reader
        "asks" => "Việc cần làm theo luật", "What the law asks of you";
        "ask.send_people" => "Cử người đến hiện trường trong 02 giờ từ khi nhận tin{by}.", "Send people to the scene within 2 hours of the notice{by}.";
        "ask.form_team" => "Thành lập đoàn điều tra cấp tỉnh và báo các cơ quan cử thành viên.", "Form the provincial investigation team and tell the agencies to send members.";
        "ask.announce" => "Công bố biên bản điều tra trong {days} ngày từ khi nhận tin{by}.", "Announce the investigation minutes within {days} days of the notice{by}.";
        "ask.verify_dossier" => "Xem xét, xác minh trên hồ sơ do người sử dụng lao động gửi về.", "Verify on the dossier that the employer sends.";
        "ask.special_law" => "Điều tra hoặc phối hợp điều tra theo pháp luật chuyên ngành.", "Investigate, or take part, by the special law of the sector.";
        "ask.follow_facility" => "Theo dõi: người sử dụng lao động điều tra cấp cơ sở và gửi biên bản.", "Follow up: the employer investigates and sends the minutes.";
        "ask.examine_jointly" => "Cùng đoàn điều tra khám nghiệm hiện trường, tử thi và thu thập tài liệu; ai đến trước báo cho bên kia.", "Examine the scene and the body jointly with the investigation team; whoever comes first tells the other.";
        "ask.work_with_team" => "Phối hợp với đoàn điều tra; xem xét dấu hiệu tội phạm.", "Work with the investigation team; look for signs of a crime.";
        "ask.write_record" => "Lập biên bản ghi nhận sự việc.", "Write the commune's record of the event.";
        "ask.report_on" => "Báo ngay cho cơ quan quản lý lao động cấp tỉnh và công an (tin này do người không có nghĩa vụ khai báo gửi).", "Report at once to the provincial labour authority and the police (this notice came from a private person).";
        "ask.register" => "Ghi sổ theo dõi, thống kê tai nạn lao động.", "Enter it in the register of accidents at work.";
        "ask.respond_to_incident" => "Ứng cứu sự cố và báo cáo theo thẩm quyền.", "Respond to the incident and report as your powers require.";
        "ask.pass_on" => "Cơ quan mà luật nêu chưa có địa chỉ trong danh bạ: đề nghị chuyển tin này ngay.", "The directory has no address of the authority that the law names: please pass this on at once.";
        "ask.for_information" => "Gửi để biết.", "For your information.";
        "by" => ", chậm nhất {moment}", ", at the latest {moment}";

        // --- reasons and alarms
        "because.false_declaration" => "Khai báo sai sự thật.", "The declaration was false.";
        "because.not_a_work_accident" => "Không phải là tai nạn lao động.", "It was not an accident at work.";
        "because.duplicate" => "Đã có trong một vụ việc khác.", "It stands in another case.";
        "because.transferred" => "Đã chuyển cho cơ quan khác.", "Another authority is in charge.";
        "because.no_longer_named" => "Theo thông tin mới, luật không còn yêu cầu báo cho cơ quan này.", "By new facts the law no longer names you.";
        "withdrawn_body" => "Thông báo trước đây về vụ việc này không còn hiệu lực.", "The earlier alert about this case no longer holds.";
        "alarm.undeliverable" => "Danh bạ không có cơ quan giữ vai trò phải nhận tin", "The directory has nobody for a role that must be told";
        "alarm.message_failed" => "Một thư không gửi được và đã dừng gửi", "A message could not be delivered and was given up";
        "alarm.clock_not_started" => "Thiếu giá trị có hiệu lực nên một thời hạn chưa bắt đầu đếm; cần nhập quy tắc còn thiếu", "A dated value is missing, so a time limit did not start; import the missing rule";
        "alarm.breach_opened" => "Đã ghi nhận một vi phạm dữ liệu cá nhân: phải thông báo trong 72 giờ", "A breach of personal data was registered: it must be notified within 72 hours";
        "alarm.breach_due" => "Sắp hết 72 giờ mà vi phạm dữ liệu cá nhân chưa được thông báo", "The 72 hours of a breach of personal data are nearly over, and nobody was notified";
        "alarm.request_overdue" => "Yêu cầu của chủ thể dữ liệu đã quá hạn", "A data subject's request is overdue";
        "alarm.duty_overdue" => "Đến hạn thực hiện lại một nghĩa vụ bảo vệ dữ liệu cá nhân", "A duty of personal data protection is due again";
        "record" => "Mục trong sổ", "Entry of the register";
        "alarm.notice_held" => "Có tin báo bị tạm giữ, chưa báo cho ai; cần người xem", "A notice is held and told to nobody; somebody must look at it";
        "alarm.urgent_notice_held" => "KHẨN: tin báo có người chết hoặc nhiều người bị nạn nặng đang bị tạm giữ; cần báo bằng điện thoại ngay", "URGENT: a notice of a death or of several seriously injured is held; telephone at once";
        "trace_root" => "Chốt nhật ký truy cập ngày {day}", "The trace of {day} is closed";
        "trace_root_body" => "Đề nghị lưu thư này ngoài hệ thống. Ai sửa nhật ký của ngày này về sau đều bị phát hiện khi đối chiếu với giá trị gốc dưới đây (lệnh tnld audit verify).", "Please keep this mail outside of the system. Whoever rewrites the trace of this day later is found out by comparing it with the root below (tnld audit verify).";
        "trace_no" => "Số thứ tự", "Number";
        "trace_root_label" => "Giá trị gốc", "Root";
        "trace_signature" => "Chữ ký (Ed25519)", "Signature (Ed25519)";
        "trace_key" => "Khóa công khai", "Public key";
        "alarm_body" => "Đề nghị kiểm tra danh bạ cơ quan và báo bằng điện thoại nếu cần.", "Please check the directory of authorities, and telephone if need be.";

        // --- links of accounts
        "dear" => "Kính gửi {name},", "Dear {name},";
        "account.prove_email.subject" => "Xác nhận địa chỉ thư điện tử", "Confirm your e-mail address";
        "account.prove_email.body" => "Một tài khoản của hệ thống khai báo tai nạn lao động đã được đăng ký với địa chỉ này. Hãy mở đường dẫn dưới đây trong 2 ngày để xác nhận địa chỉ là của bạn.", "An account of the accident reporting service was registered with this address. Please open the link below within 2 days to confirm that the address is yours.";
        "account.prove_email.link" => "Xác nhận địa chỉ", "Confirm the address";
        "account.reset_password.subject" => "Đặt lại mật khẩu", "Set a new password";
        "account.reset_password.body" => "Có người vừa yêu cầu đặt lại mật khẩu của tài khoản này. Đường dẫn dưới đây dùng được một lần, trong 1 giờ.", "Somebody asked to set a new password for this account. The link below is good once, for 1 hour.";
        "account.reset_password.link" => "Đặt mật khẩu mới", "Set a new password";
        "account.invitation.subject" => "Mời sử dụng hệ thống khai báo tai nạn lao động", "Invitation to the accident reporting service";
        "account.invitation.body" => "Một tài khoản đã được lập cho bạn. Hãy mở đường dẫn dưới đây trong 7 ngày để đặt mật khẩu; đường dẫn dùng được một lần.", "An account was made for you. Please open the link below within 7 days to choose a password; it is good once.";
        "account.invitation.link" => "Đặt mật khẩu", "Choose a password";
        "account.not_you" => "Nếu không phải bạn yêu cầu, xin bỏ qua thư này: không có gì thay đổi. Không chuyển đường dẫn này cho ai.", "If this was not you, please ignore this mail: nothing changes. Do not pass the link on to anybody.";

        // --- around it
        "link" => "Xem hồ sơ và tiếp nhận tin này (14 ngày)", "See the case and take this alert (14 days)";
        "emergency" => "Cấp cứu 115, công an 113, cứu hỏa 114. Thư này không thay thế điện thoại.", "Ambulance 115, police 113, fire 114. This mail does not replace the telephone.";
        "automatic" => "Thư tự động của hệ thống khai báo tai nạn lao động. Xin không trả lời thư này.", "An automatic message of the accident reporting service. Please do not reply.";
    }
}
