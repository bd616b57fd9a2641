//! What the command line says: its help, and why a command did not do what it was asked.

use crate::catalogue;

catalogue! {
    // --- help: the commands
    ABOUT => "Khai báo tai nạn lao động tại Việt Nam: khai báo, phân loại, báo khẩn, điều tra, kết thúc", "Reports of accidents at work in Việt Nam: declare, decide, alert, investigate, close";
    SETTINGS => "Thiết lập lấy từ các biến TNLD_, hoặc từ tệp TOML nêu trong TNLD_CONFIG.", "Settings come from TNLD_ variables, or from the TOML file that TNLD_CONFIG names.";
    SERVE => "Chạy API, các trang và các việc nền cho đến khi nhận SIGTERM", "Serve the API, the pages and the background jobs until SIGTERM";
    DEMO => "Chạy thử với một tỉnh hư cấu, có hộp thư hiện mọi thư", "Serve a small invented province, with a mailbox that shows every mail";
    MIGRATE => "Cập nhật cấu trúc cơ sở dữ liệu rồi kết thúc", "Apply pending migrations and exit";
    AUTHORITIES => "Nhập hoặc xuất danh bạ cơ quan", "Load or write out the directory of authorities";
    RULES => "Nhập hoặc xuất các quy tắc và giá trị theo thời gian", "Load or write out the dated rules and values";
    TOKEN => "Cấp, liệt kê và thu hồi mã truy cập API", "Issue, list and revoke API tokens";
    KEYS => "Liệt kê, đổi và thôi dùng các khóa chính của dữ liệu cá nhân", "List, change and retire the master keys of personal data";
    KEYS_LIST => "Liệt kê mọi khóa chính và số khóa mà mỗi khóa bọc, không kèm chính các khóa", "List all master keys and how much each wraps, without the keys themselves";
    KEYS_ROTATE => "Tạo khóa chính mới và bọc lại mọi thứ bằng khóa đó; chạy tiếp từ chỗ đã dừng", "Make a new master key and wrap everything by it; goes on where it was stopped";
    KEYS_RENEW_SEARCH => "Đánh dấu lại mọi vụ việc bằng khóa tìm kiếm mới khi khóa cũ có thể đã lộ; chạy tiếp từ chỗ đã dừng", "Mark every case under a new key of the search, where the old one may have leaked; goes on where it was stopped";
    KEYS_RETIRE => "Thôi dùng một khóa chính không còn bọc gì", "End a master key that wraps nothing any more";
    KEY_ID => "Tên của khóa, như trong danh sách", "Its name, as in the list";
    AUDIT => "Kiểm tra và xuất nhật ký truy cập", "Check the trace of who saw what, and write it out";
    AUDIT_VERIFY => "Kiểm tra toàn bộ nhật ký; báo chỗ đầu tiên bị sửa, xóa hay đảo", "Check the whole trace; name what was changed, deleted or moved";
    AUDIT_EXPORT => "Xuất nhật ký, mỗi dòng một mục JSON", "Write the trace out, one JSON entry a line";
    BOUNCE => "Nhận một thư bị trả lại từ máy chủ thư tại chỗ, qua đầu vào chuẩn", "Take one returned mail from a local mail server, on standard input";
    BOUNCE_RECIPIENT => "Địa chỉ mà thư đến; không ghi thì lấy trong đầu thư", "The address that it came to; taken from its headers where absent";
    DKIM => "In bản ghi DNS để nơi nhận kiểm tra chữ ký của thư", "Print the DNS record by which others check the signature of mails";
    INSPECT => "Đọc một tệp lạ từ đầu vào chuẩn trong giới hạn bộ nhớ và thời gian (dịch vụ tự gọi)", "Read a stranger's file from standard input within bounds (the service calls it)";
    INSPECT_TYPE => "kiểu tệp, ví dụ image/jpeg", "the type of the file, such as image/jpeg";
    INSPECT_ANEW => "ghi lại ảnh", "write an image anew";
    OPENAPI => "In tài liệu OpenAPI", "Print the OpenAPI document";
    EXPLAIN => "In kết luận theo luật về một khai báo, không lưu gì", "Print what the law says of a declaration, without storing anything";
    IMPORT => "Nhập một tệp CSV: tất cả các dòng hoặc không dòng nào; mỗi dòng sai được in ra đầu ra chuẩn", "Load a CSV file: all rows or none; bad rows go to standard output, one a line";
    EXPORT => "In ra đầu ra chuẩn theo cùng mẫu", "Write the same form to standard output";
    ISSUE => "In một mã mới, ngoài ra không in gì; chỉ lưu giá trị băm", "Print one new token, and nothing else; only its hash is stored";
    LIST => "Liệt kê mọi mã, không kèm phần bí mật", "List all tokens, without their secrets";
    REVOKE => "Chấm dứt hiệu lực một mã ngay bây giờ", "End a token now";

    // --- help: what they take
    IMPORT_FILE => "Tệp", "The file";
    EXPLAIN_FILE => "Khai báo dạng JSON, hoặc một ví dụ có `request` và `body`", "A declaration as JSON, or an example with `request` and `body`";
    RECEIVED_AT => "Thời điểm tiếp nhận, theo RFC 3339 có múi giờ; không ghi thì là bây giờ", "The moment of receipt, as RFC 3339 with an offset; now where absent";
    TOKEN_ID => "Mã định danh, như trong danh sách", "Its id, as in the list";
    ROLE => "Vai trò của người giữ mã", "What the holder is";
    PROVINCE => "Tỉnh của thanh tra viên hoặc của công an tỉnh: 2 chữ số", "Province of an inspector or of the province's police: 2 digits";
    COMMUNE => "Xã của ủy ban nhân dân hoặc của công an xã: 5 chữ số", "Commune of its committee or its police: 5 digits";
    TAX_CODE => "Mã số thuế của người sử dụng lao động", "Tax code of an employer";
    ACCOUNT => "Tài khoản của người dùng", "Accounts of people";
    ACCOUNT_CREATE => "Lập tài khoản và in đường dẫn dùng một lần để chủ tài khoản đặt mật khẩu", "Make an account and print the one-time link by which its holder chooses a password";
    ACCOUNT_LIST => "Liệt kê mọi tài khoản", "List every account";
    ACCOUNT_LOCK => "Khóa tài khoản và kết thúc mọi phiên đăng nhập", "Lock an account and end its sessions";
    ACCOUNT_LOCK_REASON => "Lý do, ghi trong thư gửi người giữ tài khoản", "Why; stands in the mail to the holder";
    ACCOUNT_UNLOCK => "Mở khóa tài khoản", "Open a locked account again";
    ACCOUNT_RESET_TOTP => "Bỏ mã xác thực của người mất điện thoại và mã khôi phục", "Remove the codes of somebody who lost telephone and recovery codes";
    ACCOUNT_EMAIL => "Địa chỉ thư điện tử", "E-mail address";
    ACCOUNT_NAME => "Họ và tên", "Full name";
    NAME => "Tên hiện trong diễn biến vụ việc; không ghi thì là vai trò và địa bàn", "The name that timelines show; role and territory where absent";
    EXPIRES => "Số ngày cho đến khi hết hạn", "Days until it expires";

    // --- wrong usage
    NO_COMMAND => "thiếu lệnh; xem tnld --help", "a command is missing; see tnld --help";
    SEE_HELP => "{fault}; xem tnld --help", "see tnld --help";
    NOT_A_MOMENT => "cần một thời điểm như 2026-05-20T19:02:00+07:00", "a moment such as 2026-05-20T19:02:00+07:00 is expected";
    NOT_AN_ADDRESS => "cần một địa chỉ thư điện tử như ten@donvi.vn", "an e-mail address such as name@donvi.vn is expected";
    NOT_A_NAME => "cần 1 đến 200 ký tự trên một dòng", "1 to 200 characters on one line are expected";

    // --- failures
    NOT_TRACED => "Việc này không được ghi vào nhật ký truy cập, vì không có khóa: {why}", "this leaves no trace, for want of its keys: {why}";
    BOUNCE_NOT_SET => "chưa có TNLD_BOUNCE_ADDRESS", "TNLD_BOUNCE_ADDRESS is not set";
    BOUNCE_NEVER_SERVED => "cơ sở dữ liệu này chưa từng được phục vụ", "this database was never served";
    BOUNCE_NOT_OURS => "không có địa chỉ trả thư nào của hệ thống này", "no return address of this service";
    BOUNCE_UNREADABLE => "không đọc được thư ở đầu vào chuẩn", "the mail on standard input cannot be read";
    DKIM_NOT_SET => "chưa có TNLD_DKIM_SELECTOR và TNLD_DKIM_KEY_FILE", "TNLD_DKIM_SELECTOR and TNLD_DKIM_KEY_FILE are not set";
    CANNOT_PRINT => "Không in được kết quả", "cannot write the answer";
    DATABASE_REFUSED => "Cơ sở dữ liệu từ chối", "the database refused";
    DATABASE_BUSY => "Cơ sở dữ liệu đang bận; hãy thử lại sau ít giây", "the database is busy; please try again in a few seconds";
    OUR_FAULT => "Lỗi của chương trình", "a fault of the program";
    CANNOT_READ => "Không đọc được tệp {file}", "cannot read the file {file}";
    NO_ACCOUNT => "Không có tài khoản {email}", "there is no account {email}";
    ACCOUNT_EXISTS => "Địa chỉ {email} đã có tài khoản", "the address {email} has an account already";
    NO_TOKEN => "Không có mã truy cập {id}", "there is no token {id}";
    NOTHING_IMPORTED => "{file}: {count} lỗi; chưa nhập dòng nào", "{file}: {count} fault(s); nothing was imported";
    NOT_ACCEPTABLE => "{file} không dùng được làm khai báo", "{file} is not acceptable as a declaration";
    NO_WORDS => "Chương trình thiếu lời cho {code}", "no words for {code}";

    // --- what was done
    AUTHORITIES_IMPORTED => "Đã thêm {added}, cập nhật {updated}, giữ nguyên {unchanged} dòng", "{added} added, {updated} updated, {unchanged} unchanged";
    UNCOVERED => "Cảnh báo: {count} xã có cơ quan phải nhận tin khẩn mà danh bạ thiếu (không có cơ quan, địa chỉ, điện thoại hoặc cấp trên), trong đó {newly} xã do tệp này: {names}", "warning: in {count} communes the directory lacks somebody who must be told of a grave accident (nobody, no address, no telephone, or nobody above), in {newly} of them because of this file: {names}";
    RULES_IMPORTED => "Đã thêm hoặc thay {count} dòng", "{count} added or replaced";

    // --- tokens
    WRONG_TERRITORY => "vai trò {role} {needs}", "role {role} {needs}";
    NEEDS_TAX_CODE => "cần --tax-code và không gì khác", "needs --tax-code and nothing else";
    NEEDS_COMMUNE => "cần --commune và không gì khác", "needs --commune and nothing else";
    NEEDS_PROVINCE => "cần --province và không gì khác", "needs --province and nothing else";
    NEEDS_EITHER => "cần --commune hoặc --province và không gì khác", "needs either --commune or --province and nothing else";
    NEEDS_NOTHING => "không nhận --province, --commune hay --tax-code", "takes no --province, --commune or --tax-code";
    NO_CODE => "{code} không phải là mã {kind}: {digits} chữ số, ví dụ {example}", "{code} is no {kind} code: {digits} digits, such as {example}";
    NO_TAX_CODE => "{code} không phải là mã số thuế: 10 chữ số có số kiểm tra đúng, thêm -001 đến -999 cho chi nhánh, hoặc 12 chữ số của số định danh cá nhân", "{code} is no tax code: 10 digits with a right check digit, with -001 to -999 for a branch, or the 12 digits of a personal number";
    CODE_NOT_IN_FORCE => "hôm nay ({day}) không có {kind} nào mang mã {code}", "no {kind} has the code {code} today ({day})";
    KIND_PROVINCE => "tỉnh", "province";
    KIND_DISTRICT => "huyện", "district";
    KIND_COMMUNE => "xã", "commune";
    COLUMN_ROLE => "VAI TRÒ", "ROLE";
    COLUMN_TERRITORY => "ĐỊA BÀN", "TERRITORY";
    COLUMN_NAME => "TÊN", "NAME";
    COLUMN_CREATED => "CẤP LÚC", "CREATED";
    COLUMN_EXPIRES => "HẾT HẠN", "EXPIRES";
    COLUMN_LAST_USED => "DÙNG LẦN CUỐI", "LAST USED";
    COLUMN_REVOKED => "THU HỒI", "REVOKED";
    EXPIRED => "đã hết hạn", "expired";
}
