//! Texts of the urgent notice, of its receipt, and of looking a receipt up.

crate::catalogue! {
    TITLE => "Báo tai nạn lao động", "Report an accident at work";
    LEAD => "Không cần tài khoản. Chỉ mất khoảng một phút. Cơ quan có thẩm quyền được báo ngay khi bạn bấm gửi.", "No account needed. It takes about a minute. The authorities are told the moment you send it.";
    CALL_FIRST => "Có người đang nguy hiểm? Gọi trước, báo ở đây sau.", "Is somebody in danger? Call first, report here afterwards.";
    DECLARES => "Bạn đang khai báo với tư cách", "You are declaring as";

    WHO => "Bạn là ai?", "Who are you?";
    PROTECTED => "Tên của người nhà, người chứng kiến và người lao động chỉ cơ quan nhận tin được biết (Luật 84/2015/QH13, Điều 34.2).", "The name of family, witnesses and workers is known only to the authority that receives the notice (Law 84/2015/QH13, Art. 34.2).";
    ROLE => "Bạn là", "You are";
    WITNESS => "Người chứng kiến", "A witness";
    FAMILY => "Người nhà của nạn nhân", "Family of a victim";
    WORKER => "Nạn nhân hoặc người cùng làm", "A victim or a fellow worker";
    EMPLOYER => "Người sử dụng lao động", "The employer";
    NAME => "Họ và tên", "Full name";
    PHONE => "Số điện thoại", "Telephone";
    PHONE_HINT => "Để cơ quan gọi lại hỏi thêm.", "So that the authorities can call you back.";

    WHERE => "Ở đâu, khi nào?", "Where and when?";
    PLACE => "Xã, phường, đặc khu", "Commune or ward";
    PLACE_HINT => "Gõ tên, có dấu hoặc không dấu, kèm tên tỉnh nếu cần: cam giang thai nguyen. Tên cũ trước ngày sắp xếp cũng được.", "Type its name, with or without diacritics, with the province if need be: cam giang thai nguyen. Names from before the reform work too.";
    FIND => "Tìm", "Find";
    CHOOSE => "Chọn nơi xảy ra tai nạn", "Choose where it happened";
    CHOSEN => "Nơi đã chọn", "The place you chose";
    BEFORE => "trước đây: {name}", "before: {name}";
    MORE_PLACES => "Còn nơi khác trùng tên. Gõ thêm tên tỉnh để thu hẹp.", "There are more of that name. Add the province to narrow it down.";
    NO_SUCH_PLACE => "Không tìm thấy xã, phường nào như vậy. Hãy thử tên ngắn hơn hoặc chỉ gõ tên tỉnh.", "No commune or ward of that name. Try a shorter name, or the province alone.";
    CHOOSE_ONE => "Hãy chọn một nơi trong danh sách bên dưới.", "Please choose one of the places below.";
    PLACES_FOUND => "{n} nơi phù hợp. Dùng phím mũi tên để chọn.", "{n} places fit. Use the arrow keys to choose.";
    DETAIL => "Chỗ cụ thể", "Exact spot";
    DETAIL_HINT => "Ví dụ: công trình số 5, tầng 3; xưởng cán; cây số 12.", "For example: building site no. 5, third floor; rolling shop; kilometre 12.";
    WHEN => "Ngày và giờ xảy ra", "Date and time";
    WHEN_HINT => "Giờ Việt Nam. Không nhớ chính xác thì ghi gần đúng.", "Vietnamese time. If you are not sure, give your best guess.";

    HOW_MANY => "Bao nhiêu người bị nạn?", "How many people are hurt?";
    HOW_MANY_HINT => "Để trống nghĩa là không có ai. Chưa rõ nặng nhẹ thì ghi vào ô “Chưa rõ”.", "Empty means nobody. If you do not know how badly, use “Not known”.";
    DEAD => "Chết", "Dead";
    SERIOUS => "Bị thương nặng", "Badly hurt";
    UNKNOWN => "Chưa rõ", "Not known";

    WHAT => "Chuyện gì đã xảy ra?", "What happened?";
    SENTENCE => "Một câu là đủ", "One sentence is enough";
    SENTENCE_HINT => "Ví dụ: Sập giàn giáo, hai người bị vùi, đang cấp cứu.", "For example: scaffolding collapsed, two people buried, being rescued.";
    OURS => "Tai nạn xảy ra tại cơ sở của đơn vị này", "It happened at the premises of this establishment";

    QUESTION => "Câu hỏi chống tin giả", "A question against false reports";
    QUESTION_HINT => "Có người chết, nhiều người bị thương nặng hoặc chưa rõ: tin được gửi ngay, không cần trả lời. Trường hợp khác: không trả lời thì tin phải chờ cán bộ xem.", "If somebody died, several are badly hurt or it is not known, the notice goes out at once without an answer. Any other waits for an official unless you answer.";
    SEND => "Gửi tin báo ngay", "Send the notice now";
    SENDING => "Đang gửi…", "Sending…";
    FALSE_NOTICE => "Báo tin sai sự thật là hành vi bị cấm (Luật 84/2015/QH13, Điều 12.1).", "Giving false notice is prohibited (Law 84/2015/QH13, Art. 12.1).";
    SENT_BEFORE => "Tờ khai này đã được gửi với nội dung khác và đã có số tiếp nhận. Nếu đây là một tai nạn khác, hãy gửi lại lần nữa.", "This form was sent before with other content, and has its receipt. If this is another accident, send it once more.";
    NOT_SIGNED_ANY_MORE => "Phiên đăng nhập đã hết. Đăng nhập lại rồi gửi, hoặc gửi ngay bây giờ như người không có tài khoản.", "Your session has ended. Sign in again and send it, or send it now as somebody without an account.";

    KEPT => "Không có mạng. Bạn vẫn điền và bấm gửi được: tin được giữ trên máy này và tự gửi khi có mạng. Khẩn cấp thì gọi điện.", "There is no line. You can fill this in and press send all the same: it is kept on this phone and goes when there is a line. In an emergency, call.";
    UNFINISHED => "Có tin báo đang giữ trên máy này.", "A notice is kept on this phone.";
    DRAFTS => "Tin báo trên máy này", "Notices on this phone";
    DRAFTS_TEXT => "Chỉ máy này biết các tin dưới đây cho đến khi dịch vụ cấp số tiếp nhận. Tin đang chờ tự gửi khi có mạng.", "Nobody but this phone knows of these until the service has given a receipt number. What waits is sent by itself when there is a line.";
    DRAFTS_NONE => "Không có tin nào.", "There are none.";
    DRAFTS_NO_SCRIPT => "Trang này cần JavaScript. Biểu mẫu báo tin thì không.", "This page needs JavaScript. The notice itself does not.";
    DRAFTS_UNSAFE => "Trình duyệt này có thể tự xóa dữ liệu trên máy khi thiếu chỗ. Hãy gửi sớm, hoặc tải tin về thành tệp.", "This browser may wipe what is kept here when it runs short of room. Send soon, or save the notice as a file.";
    RECOVERY => "Mở tin của máy khác", "Open a notice of another phone";
    RECOVERY_CODE => "Mã khôi phục", "Recovery code";
    RECOVERY_HINT => "20 chữ và số, ghi dưới biểu mẫu khi có mạng.", "Twenty letters and digits; it stands below the form when there is a line.";
    RECOVERY_OPEN => "Mở", "Open";
    RECOVERY_OF => "Mã khôi phục: {code}", "Recovery code: {code}";
    RECOVERY_SAID => "Bản nháp được giữ 30 ngày dưới mã khôi phục {code}; chỉ người có mã mở được, tại “Tin báo trên máy này”.", "The draft is kept for 30 days under the recovery code {code}; only who has the code can open it, at “Notices on this phone”.";
    RECOVERY_UNKNOWN => "Không có bản nháp nào dưới mã này: mã sai, đã quá 30 ngày, hoặc tin đã được gửi.", "No draft is kept under this code: it is wrong, older than 30 days, or the notice was sent.";
    RECOVERY_AWAY => "Chưa hỏi được. Hãy thử lại khi có mạng.", "It could not be asked for. Please try again when there is a line.";
    ON_PHONE => "Trên máy này", "On this phone";
    WAITING => "Đang chờ gửi", "Waiting";
    RECEIVED_AS => "Đã nhận, số {number}", "Received, number {number}";
    FAULTY => "Cần sửa", "Needs mending";
    TRIED => "Đã thử {n} lần; sẽ tự thử lại.", "Tried {n} times; will be tried again.";
    SEND_IT => "Gửi", "Send";
    SEND_NOW => "Thử gửi ngay", "Try now";
    OPEN_IT => "Mở, sửa", "Open, mend";
    EXPORT => "Tải về tệp", "Save as a file";
    DELETE => "Xóa", "Delete";
    SURE => "Xóa hẳn tin này khỏi máy? Tin chưa được gửi.", "Delete this notice from the phone for good? It was not sent.";
    MAYBE_SENT => "Tin này đã được thử gửi và có thể đã đến nơi. Nếu sửa rồi gửi, cơ quan có thể nhận hai tin về một vụ. Vẫn mở để sửa?", "This notice was tried and may have arrived. If you change it and send it, the authorities may get two notices of one accident. Open it all the same?";
    FOLLOW => "Xem ai đã tiếp nhận", "See who has taken it";
    RECEIVED => "Đã nhận tin báo", "Your notice was received";
    HELD => "Tin báo đã được lưu, đang chờ cán bộ xem", "Your notice is stored and waits for an official";
    HELD_TEXT => "Chưa cơ quan nào được báo tự động. Nếu có người bị nạn, hãy gọi ngay một trong các số dưới đây.", "Nobody has been told automatically yet. If somebody is hurt, call one of these numbers now.";
    REJECTED => "Cán bộ đã xem và xác định tin báo không đúng", "An official looked at the notice and found that it was not true";
    ENDED => "Vụ việc đã kết thúc", "The case has ended";
    OPEN => "Đang được giải quyết", "Being dealt with";
    NUMBER => "Số tiếp nhận", "Receipt number";
    KEEP_NUMBER => "Hãy ghi lại hoặc chụp màn hình số này. Dùng nó để hỏi kết quả.", "Write this number down or take a picture of it. Use it to ask what became of it.";
    AT => "Nhận lúc", "Received";
    STATE => "Tình trạng", "State";
    TOLD => "Ai đã được báo", "Who has been told";
    TAKEN => "Đã tiếp nhận", "Taken";
    NOT_TAKEN_YET => "Chưa tiếp nhận", "Not taken yet";
    NOT_REACHED => "Chưa gửi được", "Not reached";
    PASSED_ON => "Đã chuyển nơi khác", "Passed on";
    NOBODY_TOLD => "Theo luật, trường hợp này không phải báo ngay cho cơ quan nào.", "By law nobody has to be told of this at once.";
    FOLLOWS => "Tự cập nhật", "Updates by itself";
    RELOAD => "Tải lại để xem ai đã tiếp nhận", "Reload to see who has taken it";
    CALL => "Gọi {number}", "Call {number}";
    STILL_CALL => "Báo ở đây không thay cho cuộc gọi. Khi khẩn cấp hãy gọi.", "Reporting here does not replace a call. In an emergency, call.";
    NEXT => "Việc tiếp theo", "What comes next";
    NEXT_STRANGER => "Bạn không phải làm gì thêm. Người sử dụng lao động, hoặc Ủy ban nhân dân xã nếu người bị nạn không có hợp đồng, sẽ lập tờ khai đầy đủ theo mẫu của luật.", "You need do nothing more. The employer fills in the full legal form; where the victim has no contract, the commune does.";
    NEXT_DECLARER => "Hãy bổ sung những mục còn thiếu của tờ khai theo mẫu khi có đủ thông tin.", "Please add what the legal form still lacks as soon as you know it.";
    TO_DESK => "Mở hồ sơ trên bàn làm việc", "Open the case on your desk";
    TO_HELP => "Sau tai nạn phải làm gì", "What to do after an accident";
    ANOTHER => "Báo một tai nạn khác", "Report another accident";

    STATUS => "Tra cứu theo số tiếp nhận", "Look up a receipt number";
    STATUS_TEXT => "Nhập số đã nhận khi báo tin. Trang kết quả không hiện tên, điện thoại hay bất kỳ dữ liệu cá nhân nào.", "Enter the number that you were given. The page shows no names, telephone numbers or other personal data.";
    STATUS_HINT => "Mười hai chữ và số, ví dụ 267K-3M9Q-XR4F. Chữ hoa hay thường, có gạch hay không đều được.", "Twelve letters and digits, for example 267K-3M9Q-XR4F. Case and dashes make no difference.";
    LOOK_UP => "Xem tình trạng", "Look it up";
    NO_SUCH_NUMBER => "Không có tin báo nào mang số này. Hãy so lại từng chữ.", "No notice has this number. Please compare it character by character.";

    START => "Tai nạn lao động: báo tin, tra cứu, xử lý", "Accidents at work: report, look up, deal with";
    START_TEXT => "Dịch vụ tiếp nhận tin báo và khai báo tai nạn lao động. Tin đến thẳng cơ quan có thẩm quyền nơi xảy ra tai nạn.", "The service for reporting accidents at work. What you report goes straight to the authorities of the place.";
    START_NOTICE => "Một phút, không cần tài khoản", "One minute, no account";
    START_STATUS => "Xem ai đã nhận và đang giải quyết", "See who has taken it";
    START_OPEN => "Tra cứu", "Look up";
    START_SIGN_IN => "Người sử dụng lao động, xã phường, thanh tra, công an", "Employers, communes, inspectors, police";
    POLICE => "Công an", "Police";
    FIRE => "Cứu hỏa, cứu nạn", "Fire and rescue";
    AMBULANCE => "Cấp cứu", "Ambulance";
    READ_MORE => "Đọc thêm", "Read more";
}
