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
        "passed_on_by" => "Được chuyển từ", "Passed on by";
        "passed_to" => "Đã chuyển đến", "Passed on to";
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
        "declarant.police" => "công an", "police";
        "declarant.hospital" => "cơ sở khám bệnh, chữa bệnh", "hospital";
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
        "ask.take_it" => "Từ {since} chưa có ai ở {below} tiếp nhận tin này: mở đường dẫn và bấm tiếp nhận ngay.", "Since {since} nobody at {below} has taken this alert: please open the link and take it now.";
        "ask.reach_them" => "Từ {since} chưa có ai ở {below} tiếp nhận tin này: đề nghị gọi cho cơ quan đó, hoặc tự tiếp nhận, ngay.", "Since {since} nobody at {below} has taken this alert: please reach them, or take it yourself, at once.";
        "ask.somebody" => "cơ quan phải nhận tin", "the authority that must receive it";
        "ask.for_information" => "Gửi để biết.", "For your information.";
        "by" => ", chậm nhất {moment}", ", at the latest {moment}";

        // --- reasons and alarms
        "because.false_declaration" => "Khai báo sai sự thật.", "The declaration was false.";
        "because.not_a_work_accident" => "Không phải là tai nạn lao động.", "It was not an accident at work.";
        "because.duplicate" => "Đã có trong một vụ việc khác.", "It stands in another case.";
        "because.transferred" => "Đã chuyển cho cơ quan khác.", "Another authority is in charge.";
        "because.not_theirs" => "Cơ quan này đã báo không thuộc thẩm quyền.", "You said that it is not yours to handle.";
        "because.no_longer_named" => "Theo thông tin mới, luật không còn yêu cầu báo cho cơ quan này.", "By new facts the law no longer names you.";
        "withdrawn_body" => "Thông báo trước đây về vụ việc này không còn hiệu lực.", "The earlier alert about this case no longer holds.";
        "alarm.alert_refused" => "Cơ quan nhận tin báo không thuộc thẩm quyền, cần xem lại danh bạ", "An alert was refused as not theirs; the directory may be wrong";
        "alarm.undeliverable" => "Danh bạ không có cơ quan giữ vai trò phải nhận tin", "The directory has nobody for a role that must be told";
        "alarm.message_failed" => "Một thư không gửi được và đã dừng gửi", "A message could not be delivered and was given up";
        "alarm.address_bounced" => "Thư báo tin bị trả lại: địa chỉ trong danh bạ không nhận được thư", "An alert came back: an address of the directory takes no mail";
        "alarm.clock_not_started" => "Thiếu giá trị có hiệu lực nên một thời hạn chưa bắt đầu đếm; cần nhập quy tắc còn thiếu", "A dated value is missing, so a time limit did not start; import the missing rule";
        "alarm.breach_opened" => "Đã ghi nhận một vi phạm dữ liệu cá nhân: phải thông báo trong 72 giờ", "A breach of personal data was registered: it must be notified within 72 hours";
        "alarm.breach_due" => "Sắp hết 72 giờ mà vi phạm dữ liệu cá nhân chưa được thông báo", "The 72 hours of a breach of personal data are nearly over, and nobody was notified";
        "alarm.request_overdue" => "Yêu cầu của chủ thể dữ liệu đã quá hạn", "A data subject's request is overdue";
        "alarm.duty_overdue" => "Đến hạn thực hiện lại một nghĩa vụ bảo vệ dữ liệu cá nhân", "A duty of personal data protection is due again";
        "record" => "Mục trong sổ", "Entry of the register";
        "alarm.notice_held" => "Có tin báo bị tạm giữ, chưa báo cho ai; cần người xem", "A notice is held and told to nobody; somebody must look at it";
        "alarm.urgent_notice_held" => "KHẨN: tin báo có người chết hoặc nhiều người bị nạn nặng đang bị tạm giữ; cần báo bằng điện thoại ngay", "URGENT: a notice of a death or of several seriously injured is held; telephone at once";
        "alarm.call_needed" => "KHẨN: chưa ai tiếp nhận một tin báo sau mọi lần gửi; cần gọi điện thoại ngay", "URGENT: nobody has taken an alert after everything that was sent; telephone at once";
        "alarm.coverage_fell" => "Độ phủ báo tin của một hoặc nhiều tỉnh thấp hơn lần kiểm tra trước: có cơ quan phải nhận tin mà không liên lạc được", "Coverage fell in one or more provinces: somebody who must be told cannot be reached";
        "alarm.canary_missed" => "Thư thử hằng tháng: có cơ quan không trả lời đúng hạn", "Monthly test: authorities did not answer in time";
        "alarm.malware_found" => "Phát hiện mã độc trong một tài liệu của hồ sơ vụ việc; tài liệu đã bị cách ly, không ai đọc được", "Malware was found in a document of a case; it is in quarantine and nobody can read it";
        "trace_root" => "Chốt nhật ký truy cập ngày {day}", "The trace of {day} is closed";
        "trace_root_body" => "Đề nghị lưu thư này ngoài hệ thống. Ai sửa nhật ký của ngày này về sau đều bị phát hiện khi đối chiếu với giá trị gốc dưới đây (lệnh tnld audit verify).", "Please keep this mail outside of the system. Whoever rewrites the trace of this day later is found out by comparing it with the root below (tnld audit verify).";
        "trace_no" => "Số thứ tự", "Number";
        "trace_root_label" => "Giá trị gốc", "Root";
        "trace_signature" => "Chữ ký (Ed25519)", "Signature (Ed25519)";
        "trace_key" => "Khóa công khai", "Public key";
        "alarm_body" => "Đề nghị kiểm tra danh bạ cơ quan và báo bằng điện thoại nếu cần.", "Please check the directory of authorities, and telephone if need be.";

        // --- what is due
        "digest" => "Nhắc việc ngày {day}: {n} vụ có thời hạn", "Reminder of {day}: {n} case(s) with limits";
        "digest_overdue" => ", trong đó {n} vụ đã quá hạn", ", {n} of them overdue";
        "digest_of_post" => "Những vụ tai nạn lao động dưới đây được giao cho vị trí này và có thời hạn theo luật sắp hết, hết hôm nay hoặc đã quá.", "The cases below are assigned to this post; a limit of the law is near, ends today or has passed.";
        "digest_of_authority" => "Những vụ tai nạn lao động dưới đây thuộc cơ quan này, chưa giao cho ai hoặc giao cho vị trí chưa có người, và có thời hạn theo luật sắp hết, hết hôm nay hoặc đã quá.", "The cases below are this authority's and assigned to nobody, or to a post that nobody holds; a limit of the law is near, ends today or has passed.";
        "digest_of_nobody" => "Những vụ tai nạn lao động dưới đây có thời hạn theo luật nhưng danh bạ không có cơ quan nào để nhắc.", "The cases below have limits of the law, but the directory has nobody to remind.";
        "digest_operator" => "Người vận hành hệ thống", "The operator of the service";
        "digest_at" => "Tình hình lúc", "As it stood at";
        "digest_cases" => "Số vụ trong thư", "Cases in this mail";
        "digest_rest" => "{named} vụ gần hạn nhất; còn {rest} vụ khác xem trong hệ thống", "the {named} nearest; {rest} more stand in the service";
        "digest_list" => "Việc đến hạn, gần nhất trước", "What is due, the nearest first";
        "digest_line" => "{state}: {what}, hạn {due}{moved} ({article}). Vụ {receipt}, {class}, {place}.", "{state}: {what}, due {due}{moved} ({article}). Case {receipt}, {class}, {place}.";
        "digest_today" => "Hết hạn hôm nay", "Due today";
        "digest_tomorrow" => "Còn 1 ngày", "1 day left";
        "digest_left" => "Còn {n} ngày", "{n} days left";
        "digest_passed_today" => "Đã quá hạn hôm nay", "Passed today";
        "digest_passed_yesterday" => "Quá hạn 1 ngày", "1 day overdue";
        "digest_passed" => "Quá hạn {n} ngày", "{n} days overdue";
        "digest_moved" => ", là ngày nghỉ nên chuyển sang {day}", ", a day off, so moved to {day}";
        "digest_clock.K1B" => "khai báo tai nạn ở nước ngoài", "declare an accident abroad";
        "digest_clock.K1C" => "gửi hồ sơ vụ tai nạn ở nước ngoài", "send the dossier of an accident abroad";
        "digest_clock.K1" => "lập khai báo sau khi có tin báo", "declare what somebody gave notice of";
        "digest_clock.K2" => "cử người đến hiện trường", "send people to the scene";
        "digest_clock.K3" => "điều tra và công bố biên bản điều tra", "investigate and announce the minutes";
        "digest_clock.K4" => "gửi biên bản điều tra sau khi công bố", "send the minutes after the announcement";
        "digest_clock.K5" => "gửi ý kiến của Đoàn điều tra cho cơ quan điều tra", "send the team's opinion to the police";
        "digest_clock.K6" => "cơ quan điều tra trả lời Đoàn điều tra", "have the answer of the police";
        "digest_clock.K7A" => "gửi quyết định không khởi tố cho Viện kiểm sát", "send the decision not to prosecute to the procuracy";
        "digest_clock.K7B" => "nhận bàn giao hồ sơ sau khi Viện kiểm sát nhất trí", "have the file back after the procuracy's consent";
        "digest_clock.K7C" => "nhận bàn giao hồ sơ sau quyết định không khởi tố", "have the file back after the decision not to prosecute";
        "digest_clock.K7D" => "gửi quyết định khởi tố cho Viện kiểm sát và Sở", "send the decision to prosecute to procuracy and department";
        "digest_clock.K7E" => "gửi kết luận điều tra cho Viện kiểm sát và Sở", "send the conclusion to procuracy and department";
        "digest_clock.K7F" => "nhận bàn giao hồ sơ sau khi đình chỉ vụ án", "have the file back after the criminal case was stopped";
        "digest_clock.K8" => "lập biên bản ghi nhận", "write the commune record";
        "digest_clock.K9" => "hết thời hiệu khiếu nại, tố cáo", "the end of the time for complaints";
        "digest_clock.K10" => "quyết định bồi thường, trợ cấp cho thân nhân", "decide the benefits after a death";
        "digest_clock.K10B" => "quyết định bồi thường, trợ cấp sau giám định", "decide the benefits after the assessment";
        "digest_clock.K10C" => "chi trả bồi thường, trợ cấp", "pay the benefits";
        "digest_clock.K10D" => "gửi hồ sơ bồi thường, trợ cấp về Sở", "send the benefit file to the department";
        "digest_clock.K11" => "vào sổ thống kê tai nạn lao động", "enter the case in the register";
        "digest_clock.K12" => "giải quyết khiếu nại, tố cáo", "answer the complaint";
        "digest_clock.K13" => "hết thời hạn lưu hồ sơ", "the end of the time for which the file is kept";
        "digest_link" => "Đăng nhập, rồi tìm vụ theo số tiếp nhận, tại", "Sign in and find the case by its receipt number at";
        "digest_ends" => "Mỗi ngày có nhiều nhất một thư nhắc cho mỗi vị trí. Việc đã làm xong và ghi vào hệ thống không được nhắc nữa.", "There is at most one reminder a day for each post. What is done and entered in the service is not named again.";

        "digest_opt_out" => "Ngừng hoặc nhận lại thư nhắc trước hạn", "Stop or resume early reminders";

        // --- the monthly test
        "canary_subject" => "[THỬ] [TEST] Không có tai nạn: kiểm tra đường báo tin {month} – {authority}", "[TEST] No accident: test of the way of alerts, {month} – {authority}";
        "canary" => "Thư thử: không có tai nạn nào xảy ra", "A test: no accident has happened";
        "canary_body" => "Hệ thống khai báo tai nạn lao động gửi thư này mỗi tháng một lần để biết tin báo khẩn đến được cơ quan bạn. Hãy mở đường dẫn, ghi tên và số điện thoại rồi nhấn nút, như khi nhận tin báo thật.", "Once a month the accident reporting service sends this mail to know that an urgent alert would reach your office. Please open the link, give your name and number and press the button, as you would for a real alert.";
        "canary_answer_by" => "Trả lời trước", "Please answer before";
        "canary_link" => "Xác nhận đã nhận thư thử (14 ngày)", "Say that this test has arrived (14 days)";
        "canary_missed" => "Không ai trả lời đúng hạn thì cơ quan bạn được ghi là chưa liên lạc được, cho đến khi có người trả lời.", "Where nobody answers in time, your office counts as one that cannot be reached, until somebody does.";

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

        // --- accounts and employers
        "news_employer" => "Đơn vị", "Employer";
        "news_tax_code" => "Mã số thuế", "Tax code";
        "news_post" => "Vị trí", "Post";
        "news_authority" => "Cơ quan", "Authority";
        "news.registration.subject" => "Xác nhận đăng ký người sử dụng lao động", "Confirm the registration of an employer";
        "news.registration.body" => "Có người vừa đăng ký đơn vị dưới đây trên hệ thống khai báo tai nạn lao động với địa chỉ thư này. Nếu đúng là bạn, hãy mở đường dẫn trong 2 ngày và đặt mật khẩu; sau đó bạn đăng nhập được. Nếu không phải bạn, đừng mở.", "Somebody registered the employer below in the accident reporting service with this address. If it was you, please open the link within 2 days and choose a password; you can then sign in. If it was not, do not open it.";
        "news.registration.link" => "Xác nhận đăng ký", "Confirm the registration";
        "news.registration_known.subject" => "Địa chỉ này đã có tài khoản", "This address has an account already";
        "news.registration_known.body" => "Có người vừa đăng ký đơn vị dưới đây với địa chỉ thư này, nhưng địa chỉ đã có tài khoản nên không có gì được lưu. Nếu đúng là bạn, hãy đăng nhập (hoặc đặt lại mật khẩu) rồi đăng ký đơn vị trong tài khoản của mình.", "Somebody registered the employer below with this address. It has an account already, so nothing was stored. If it was you, please sign in (or set a new password) and register the employer from your account.";
        "news.invitation.subject" => "Mời tham gia tài khoản của đơn vị", "Invitation to act for an employer";
        "news.invitation.body" => "Chủ tài khoản của đơn vị dưới đây mời bạn cùng khai báo tai nạn lao động. Hãy mở đường dẫn trong 7 ngày để đặt mật khẩu; đường dẫn dùng được một lần.", "The owner of the employer's account below invites you to report accidents at work with them. Please open the link within 7 days to choose a password; it is good once.";
        "news.invitation.link" => "Đặt mật khẩu và tham gia", "Choose a password and join";
        "news.invitation_known.subject" => "Mời tham gia tài khoản của đơn vị", "Invitation to act for an employer";
        "news.invitation_known.body" => "Chủ tài khoản của đơn vị dưới đây mời bạn cùng khai báo tai nạn lao động. Hãy đăng nhập trong 7 ngày để nhận hoặc từ chối lời mời.", "The owner of the employer's account below invites you to report accidents at work with them. Please sign in within 7 days to accept or decline.";
        "news.joined.subject" => "Có người mới tham gia tài khoản của đơn vị", "Somebody has joined the employer's account";
        "news.joined.body" => "Một người được mời nay đã thay mặt đơn vị dưới đây. Nếu bạn không biết việc này, hãy xem danh sách những người tham gia.", "Somebody who was invited now acts for the employer below. If you do not know of it, please look at the list of its people.";
        "news.removed.subject" => "Bạn không còn thay mặt đơn vị", "You no longer act for an employer";
        "news.removed.body" => "Bạn không còn thay mặt đơn vị dưới đây trên hệ thống khai báo tai nạn lao động.", "You no longer act for the employer below in the accident reporting service.";
        "news.made_owner.subject" => "Bạn là chủ tài khoản của đơn vị", "You are an owner of the employer's account";
        "news.made_owner.body" => "Từ nay bạn là chủ tài khoản của đơn vị dưới đây: bạn mời và cho thôi những người khác.", "From now on you are an owner of the account of the employer below: you invite and remove its people.";
        "news.made_member.subject" => "Bạn là thành viên tài khoản của đơn vị", "You are a member of the employer's account";
        "news.made_member.body" => "Từ nay bạn là thành viên, không còn là chủ tài khoản của đơn vị dưới đây.", "From now on you are a member, and no longer an owner, of the account of the employer below.";
        "news.verified.subject" => "Đơn vị đã được xác minh", "The employer was verified";
        "news.verified.body" => "Cơ quan quản lý đã xác minh đơn vị dưới đây. Từ nay những người thay mặt đơn vị xem được mọi khai báo của mã số thuế này.", "The authority has verified the employer below. Its people now see every declaration of the tax code.";
        "news.unverified.subject" => "Đã hủy xác minh đơn vị", "The employer is no longer verified";
        "news.unverified.body" => "Cơ quan quản lý đã hủy việc xác minh đơn vị dưới đây. Mỗi người chỉ còn xem được những gì chính mình đã khai báo.", "The authority has taken back that the employer below is verified. Everybody sees only what they declared themselves.";
        "news.locked.subject" => "Tài khoản của đơn vị bị khóa", "The employer's account is locked";
        "news.locked.body" => "Không ai thay mặt được đơn vị dưới đây cho đến khi cơ quan quản lý mở khóa. Khi có tai nạn, vẫn báo tin khẩn được mà không cần tài khoản.", "Nobody can act for the employer below until the authority opens it again. An accident can still be reported by an urgent notice, without an account.";
        "news.unlocked.subject" => "Tài khoản của đơn vị đã được mở khóa", "The employer's account is open again";
        "news.unlocked.body" => "Những người thay mặt đơn vị dưới đây lại sử dụng được hệ thống.", "The people of the employer below can act for it again.";
        "news.merged.subject" => "Hồ sơ đơn vị đã được nhập vào hồ sơ khác", "The employer's record was merged into another";
        "news.merged.body" => "Cơ quan quản lý đã nhập hồ sơ của đơn vị dưới đây vào một hồ sơ khác. Muốn tiếp tục khai báo, hãy đề nghị chủ tài khoản của hồ sơ đó mời bạn.", "The authority has merged the record of the employer below into another. To go on declaring, please ask the owner of that record to invite you.";
        "news.unmerged.subject" => "Hồ sơ đơn vị đã được tách trở lại", "The employer's record stands by itself again";
        "news.unmerged.body" => "Hồ sơ của đơn vị dưới đây lại là hồ sơ riêng, như trước khi nhập.", "The record of the employer below is one of its own again, as it was before.";
        "news.claimed.subject" => "Có người khác đăng ký mã số thuế của đơn vị", "Somebody else registered the employer's tax code";
        "news.claimed.body" => "Một người khác vừa đăng ký với mã số thuế của đơn vị bạn. Người đó chưa xem được gì của đơn vị. Hãy đăng nhập để nhận họ làm thành viên hoặc từ chối.", "Somebody else has registered with the tax code of your employer. They see nothing of it. Please sign in to accept them as members or to refuse.";
        "news.claim_accepted.subject" => "Đã nhận bạn vào tài khoản của đơn vị", "You were accepted into the employer's account";
        "news.claim_accepted.body" => "Mã số thuế bạn đăng ký đã có tài khoản; bạn được nhận làm thành viên của đơn vị dưới đây.", "The tax code that you registered has an account already; you were accepted as a member of the employer below.";
        "news.claim_refused.subject" => "Đăng ký của bạn bị từ chối", "Your registration was refused";
        "news.claim_refused.body" => "Việc đăng ký đơn vị dưới đây của bạn bị từ chối. Khi có tai nạn, vẫn báo tin khẩn được mà không cần tài khoản.", "Your registration of the employer below was refused. An accident can still be reported by an urgent notice, without an account.";
        "news.new_address.subject" => "Xác nhận địa chỉ thư mới", "Confirm your new e-mail address";
        "news.new_address.body" => "Có yêu cầu dùng địa chỉ này cho một tài khoản của hệ thống khai báo tai nạn lao động. Nếu đúng là bạn, hãy mở đường dẫn trong 2 ngày; từ đó bạn đăng nhập bằng địa chỉ này.", "This address was asked for by the holder of an account of the accident reporting service. If it was you, please open the link within 2 days; from then on you sign in with this address.";
        "news.new_address.link" => "Xác nhận địa chỉ", "Confirm the address";
        "news.address_taken.subject" => "Địa chỉ này đã có tài khoản", "This address has an account already";
        "news.address_taken.body" => "Có người muốn dùng địa chỉ này cho một tài khoản khác. Địa chỉ đã có tài khoản, nên không có gì thay đổi.", "Somebody wanted this address for another account. It has one already, so nothing has changed.";
        "news.address_asked.subject" => "Có yêu cầu đổi địa chỉ thư của tài khoản", "Another e-mail address was asked for";
        "news.address_asked.body" => "Có người đã đăng nhập và yêu cầu đổi địa chỉ thư của tài khoản này. Địa chỉ mới chỉ có hiệu lực sau khi được xác nhận. Nếu không phải bạn, hãy đổi mật khẩu ngay.", "Somebody who was signed in asked for another e-mail address of this account. It counts once it is confirmed. If it was not you, please change the password at once.";
        "news.address_changed.subject" => "Đã đổi địa chỉ thư của tài khoản", "The e-mail address of the account was changed";
        "news.address_changed.body" => "Tài khoản này nay dùng địa chỉ thư khác. Nếu không phải bạn, hãy liên hệ người vận hành hệ thống ngay.", "This account now has another e-mail address. If it was not you, please contact the operator at once.";
        "news.phone_changed.subject" => "Đã đổi số điện thoại của tài khoản", "The telephone of the account was changed";
        "news.phone_changed.body" => "Số điện thoại của tài khoản này đã thay đổi. Nếu không phải bạn, hãy đổi mật khẩu ngay.", "The telephone number of this account has changed. If it was not you, please change the password at once.";
        "news.password_changed.subject" => "Đã đổi mật khẩu của tài khoản", "The password of the account was changed";
        "news.password_changed.body" => "Tài khoản này có mật khẩu mới. Nếu không phải bạn, hãy đặt lại mật khẩu ngay và báo người vận hành hệ thống.", "This account has a new password. If it was not you, please set another one at once and tell the operator.";
        "news.second_factor_changed.subject" => "Đã đổi bước xác thực thứ hai của tài khoản", "The second factor of the account was changed";
        "news.second_factor_changed.body" => "Ứng dụng tạo mã của tài khoản này đã được thiết lập hoặc gỡ bỏ. Nếu không phải bạn, hãy đổi mật khẩu ngay và báo người vận hành hệ thống.", "The app that makes codes for this account was set up or removed. If it was not you, please change the password at once and tell the operator.";
        "news.passkey_added.subject" => "Đã thêm khóa đăng nhập (passkey)", "A passkey was added";
        "news.passkey_added.body" => "Một khóa đăng nhập (passkey) mới mở được tài khoản này. Nếu không phải bạn, hãy gỡ khóa, đổi mật khẩu ngay và báo người vận hành hệ thống.", "A new passkey opens this account. If it was not you, please remove it, change the password at once and tell the operator.";
        "news.identity_linked.subject" => "Đã liên kết một cách đăng nhập khác", "Another sign-in was linked";
        "news.identity_linked.body" => "Tài khoản này nay đăng nhập được qua một hệ thống khác. Nếu không phải bạn, hãy bỏ liên kết, đổi mật khẩu ngay và báo người vận hành hệ thống.", "This account can now be opened by the sign-in of another system. If it was not you, please unlink it, change the password at once and tell the operator.";
        "news.appointed.subject" => "Bạn được giao một vị trí công tác", "You were given a post";
        "news.appointed.body" => "Tài khoản của bạn trên hệ thống khai báo tai nạn lao động vừa được giao vị trí dưới đây. Nếu bạn không biết việc này, hãy báo cơ quan đó hoặc người vận hành hệ thống.", "Your account in the accident reporting service was given the post below. If you do not know of it, please tell that authority or the operator.";
        "news.post_taken.subject" => "Bạn thôi giữ một vị trí công tác", "A post was taken from you";
        "news.post_taken.body" => "Tài khoản của bạn thôi giữ vị trí dưới đây. Việc đang giữ ở lại với vị trí.", "Your account no longer holds the post below. Its work stays with the post.";
        "news.account_locked.subject" => "Tài khoản của bạn bị khóa", "Your account was locked";
        "news.account_locked.body" => "Không ai đăng nhập được vào tài khoản này cho đến khi cơ quan giữ tài khoản hoặc người vận hành mở khóa. Các phiên, đường dẫn và mã truy cập của tài khoản đã hết hiệu lực. Khi có tai nạn, vẫn báo tin khẩn được mà không cần tài khoản.", "Nobody can sign in to this account until the authority that keeps it, or the operator, opens it again. Its sessions, links and tokens have ended. An accident can still be reported by an urgent notice, without an account.";
        "news.account_unlocked.subject" => "Tài khoản của bạn đã được mở khóa", "Your account is open again";
        "news.account_unlocked.body" => "Bạn lại đăng nhập được. Mã truy cập đã hết hiệu lực thì không trở lại.", "You can sign in again. Tokens that ended stay ended.";

        // --- around it
        "link" => "Xem hồ sơ và tiếp nhận tin này (14 ngày)", "See the case and take this alert (14 days)";
        "emergency" => "Cấp cứu 115, công an 113, cứu hỏa 114. Thư này không thay thế điện thoại.", "Ambulance 115, police 113, fire 114. This mail does not replace the telephone.";
        "automatic" => "Thư tự động của hệ thống khai báo tai nạn lao động. Xin không trả lời thư này.", "An automatic message of the accident reporting service. Please do not reply.";
    }
}
