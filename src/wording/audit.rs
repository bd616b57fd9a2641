//! Words of the trace.

use super::Text;
use crate::{catalogue, domain::audit::Action};

/// What was done, in words.
pub fn action_text(action: Option<Action>) -> Text {
    let (vi, en) = match action {
        Some(Action::Declare) => ("Khai báo", "Declared"),
        Some(Action::Supplement) => ("Bổ sung khai báo", "Supplemented the declaration"),
        Some(Action::ReadDeclaration) => ("Xem khai báo", "Read the declaration"),
        Some(Action::ReadCase) => ("Xem hồ sơ vụ việc", "Read the case"),
        Some(Action::ReadByLink) => (
            "Xem vụ việc qua đường dẫn trong thư báo tin",
            "Read the case by the link of an alert",
        ),
        Some(Action::TakeStep) => ("Xử lý hồ sơ", "Took a step of the case"),
        Some(Action::IssueForm) => ("Lập biểu mẫu", "Issued a form"),
        Some(Action::ReadForm) => ("Xem biểu mẫu đã lập", "Read a form that was issued"),
        Some(Action::ListForms) => (
            "Xem danh sách biểu mẫu đã lập",
            "Looked which forms were issued",
        ),
        Some(Action::ReadAlerts) => ("Xem tình trạng báo tin", "Read who was alerted"),
        Some(Action::SettleProposal) => (
            "Xử lý đề xuất sửa danh bạ",
            "Settled a proposal on the directory",
        ),
        Some(Action::RefuseAlert) => (
            "Báo không thuộc thẩm quyền",
            "Refused the alert as not theirs",
        ),
        Some(Action::NoteReturn) => (
            "Ghi nhận thư báo tin bị trả lại",
            "Noted that a mail came back",
        ),
        Some(Action::TakeAlert) => ("Tiếp nhận tin báo", "Took the alert"),
        Some(Action::ChangeReminders) => (
            "Ngừng hoặc nhận lại thư nhắc trước hạn",
            "Stopped or resumed early reminders",
        ),
        Some(Action::TakeCanary) => ("Trả lời thư thử hằng tháng", "Answered the monthly test"),
        Some(Action::ClimbLadder) => (
            "Báo tiếp vì chưa ai tiếp nhận",
            "Told the next, as nobody had taken the alert",
        ),
        Some(Action::NoteCall) => (
            "Gọi điện nhưng chưa ai tiếp nhận",
            "Telephoned, and nobody took the alert",
        ),
        Some(Action::ReadCalls) => ("Xem danh sách cần gọi điện", "Read the call list"),
        Some(Action::AssignAlert) => ("Phân công tin báo", "Assigned the alert to a post"),
        Some(Action::ResendAlert) => ("Gửi lại tin báo", "Sent an alert again"),
        Some(Action::ReadTrace) => ("Xem nhật ký truy cập", "Read who saw the record"),
        Some(Action::RecountLimits) => ("Tính lại thời hạn", "Limits counted again"),
        Some(Action::MoveCase) => (
            "Chuyển vụ việc, có danh mục bàn giao",
            "The case went to others, with a list of what went along",
        ),
        Some(Action::ReadTransfers) => (
            "Xem danh mục bàn giao khi chuyển vụ việc",
            "Read what went along with the case",
        ),
        Some(Action::CarryOver) => (
            "Chuyển theo sắp xếp đơn vị hành chính",
            "Carried over to the successor of its unit",
        ),
        Some(Action::ReadInformant) => ("Xem danh tính người báo tin", "Read who gave notice"),
        Some(Action::ReadHeldNotice) => ("Xem tin báo đang tạm giữ", "Read a notice that is held"),
        Some(Action::ReleaseNotice) => (
            "Chuyển tin báo tạm giữ đến nơi nhận",
            "Let a held notice be told",
        ),
        Some(Action::RejectNotice) => ("Không chấp nhận tin báo", "Rejected a notice"),
        Some(Action::CreatePost) => ("Tạo vị trí công tác", "Created a post"),
        Some(Action::EndPost) => ("Kết thúc vị trí công tác", "Ended a post"),
        Some(Action::Appoint) => ("Giao vị trí công tác", "Gave a post to somebody"),
        Some(Action::RemoveHolder) => ("Thôi giao vị trí công tác", "Took a post from somebody"),
        Some(Action::HandOver) => ("Bàn giao công việc", "Handed over to another post"),
        Some(Action::MovePost) => (
            "Chuyển vị trí sang cơ quan kế thừa",
            "Moved a post to the authority that succeeded",
        ),
        Some(Action::AddShift) => ("Phân ca trực", "Put somebody on duty"),
        Some(Action::CancelShift) => ("Kết thúc hoặc hủy ca trực", "Ended a shift or took it back"),
        Some(Action::SignIn) => ("Đăng nhập", "Signed in"),
        Some(Action::SignInRefused) => (
            "Đăng nhập hoặc xác nhận lại không thành công",
            "Failed to sign in or to show again who they are",
        ),
        Some(Action::SignOut) => ("Đăng xuất", "Signed out"),
        Some(Action::EndSession) => (
            "Kết thúc phiên đăng nhập trên thiết bị khác",
            "Ended a session on another device",
        ),
        Some(Action::ChangeStanding) => (
            "Đổi chức danh hoặc đơn vị đang thay mặt",
            "Acts in another post or for another employer",
        ),
        Some(Action::MakeAccount) => ("Lập tài khoản", "Made an account"),
        Some(Action::LockAccount) => ("Khóa tài khoản", "Locked an account"),
        Some(Action::UnlockAccount) => ("Mở khóa tài khoản", "Unlocked an account"),
        Some(Action::AskReset) => ("Yêu cầu đặt lại mật khẩu", "Asked for a new password"),
        Some(Action::ResetPassword) => (
            "Đặt mật khẩu bằng đường dẫn trong thư",
            "Set a password by the link of a mail",
        ),
        Some(Action::ChangePassword) => ("Đổi mật khẩu", "Changed the password"),
        Some(Action::ProveEmail) => (
            "Xác nhận địa chỉ thư điện tử",
            "Confirmed the e-mail address",
        ),
        Some(Action::SetUpTotp) => ("Bật mã xác thực", "Set up authenticator codes"),
        Some(Action::RemoveTotp) => ("Tắt mã xác thực", "Removed authenticator codes"),
        Some(Action::RenewRecoveryCodes) => ("Cấp lại mã khôi phục", "Made new recovery codes"),
        Some(Action::AddPasskey) => ("Thêm khóa đăng nhập (passkey)", "Added a passkey"),
        Some(Action::RenamePasskey) => ("Đổi tên khóa đăng nhập", "Renamed a passkey"),
        Some(Action::RemovePasskey) => ("Xóa khóa đăng nhập", "Removed a passkey"),
        Some(Action::LinkIdentity) => (
            "Liên kết danh tính của nhà cung cấp đăng nhập",
            "Linked an identity of a sign-in provider",
        ),
        Some(Action::UnlinkIdentity) => (
            "Bỏ liên kết danh tính của nhà cung cấp đăng nhập",
            "Unlinked an identity of a sign-in provider",
        ),
        Some(Action::RegisterEmployer) => {
            ("Đăng ký người sử dụng lao động", "Registered an employer")
        }
        Some(Action::ReadEmployer) => (
            "Xem hồ sơ người sử dụng lao động",
            "Read the record of an employer",
        ),
        Some(Action::VerifyEmployer) => ("Xác minh người sử dụng lao động", "Verified an employer"),
        Some(Action::UnverifyEmployer) => (
            "Hủy xác minh người sử dụng lao động",
            "Took back that an employer is verified",
        ),
        Some(Action::LockEmployer) => (
            "Khóa tài khoản người sử dụng lao động",
            "Locked an employer",
        ),
        Some(Action::UnlockEmployer) => (
            "Mở khóa tài khoản người sử dụng lao động",
            "Unlocked an employer",
        ),
        Some(Action::MergeEmployers) => {
            ("Nhập hồ sơ người sử dụng lao động", "Merged two employers")
        }
        Some(Action::UnmergeEmployers) => (
            "Tách lại hồ sơ người sử dụng lao động",
            "Took a merger of employers back",
        ),
        Some(Action::DecideClaim) => (
            "Giải quyết đăng ký trùng mã số thuế",
            "Decided a claim on a tax code",
        ),
        Some(Action::InvitePerson) => (
            "Mời người thay mặt đơn vị",
            "Invited somebody to an employer",
        ),
        Some(Action::WithdrawInvitation) => ("Rút lời mời", "Took an invitation back"),
        Some(Action::DeclineInvitation) => ("Từ chối lời mời", "Declined an invitation"),
        Some(Action::JoinEmployer) => ("Tham gia tài khoản của đơn vị", "Joined an employer"),
        Some(Action::LeaveEmployer) => (
            "Thôi thay mặt đơn vị",
            "Left an employer, or was removed from it",
        ),
        Some(Action::ChangePersonRole) => (
            "Đổi vai trò trong đơn vị",
            "Changed what somebody is in an employer",
        ),
        Some(Action::AskEmail) => (
            "Yêu cầu đổi địa chỉ thư",
            "Asked for another e-mail address",
        ),
        Some(Action::ChangeEmail) => ("Đổi địa chỉ thư", "Changed the e-mail address"),
        Some(Action::ChangePhone) => ("Đổi số điện thoại", "Changed the telephone number"),
        Some(Action::RegisterRequest) => (
            "Ghi nhận yêu cầu của chủ thể dữ liệu",
            "Registered a data subject's request",
        ),
        Some(Action::ReadRequest) => (
            "Xem yêu cầu của chủ thể dữ liệu",
            "Read a data subject's request",
        ),
        Some(Action::HandleRequest) => (
            "Xử lý yêu cầu của chủ thể dữ liệu",
            "Handled a data subject's request",
        ),
        Some(Action::OpenBreach) => ("Ghi nhận vi phạm dữ liệu cá nhân", "Registered a breach"),
        Some(Action::ReadBreach) => ("Xem vi phạm dữ liệu cá nhân", "Read a breach"),
        Some(Action::HandleBreach) => ("Xử lý vi phạm dữ liệu cá nhân", "Handled a breach"),
        Some(Action::SetHold) => ("Giữ hồ sơ, không được hủy", "Set a legal hold"),
        Some(Action::LiftHold) => ("Bỏ giữ hồ sơ", "Lifted a legal hold"),
        Some(Action::PlanRetention) => (
            "Lập kế hoạch hủy hồ sơ hết thời hạn lưu",
            "Planned what is destroyed",
        ),
        Some(Action::Destroy) => (
            "Hủy dữ liệu cá nhân đã hết thời hạn lưu",
            "Destroyed personal data past their time",
        ),
        Some(Action::NoteDuty) => (
            "Ghi nhận việc thực hiện nghĩa vụ bảo vệ dữ liệu",
            "Noted what proves a duty",
        ),
        Some(Action::ChangeDirectory) => ("Sửa danh bạ cơ quan", "Changed the directory"),
        Some(Action::ImportDirectory) => ("Nhập danh bạ từ tệp", "Read a file into the directory"),
        Some(Action::ProposeRules) => ("Đề xuất sửa quy tắc", "Proposed a change of the rules"),
        Some(Action::ApproveRules) => ("Phê duyệt đề xuất sửa quy tắc", "Approved a proposal"),
        Some(Action::RejectRules) => ("Bác đề xuất sửa quy tắc", "Turned a proposal down"),
        Some(Action::WithdrawRules) => ("Rút đề xuất sửa quy tắc", "Took a proposal back"),
        Some(Action::ChangeRule) => ("Sửa quy tắc", "Changed a rule"),
        Some(Action::ImportRules) => ("Nhập quy tắc từ tệp", "Read a file into the law"),
        Some(Action::CreateToken) => ("Tạo mã truy cập", "Made a token"),
        Some(Action::KeepToken) => (
            "Giữ lại mã truy cập khi người lập thôi giữ vị trí",
            "Kept a token whose maker leaves the post",
        ),
        Some(Action::RevokeToken) => ("Thu hồi mã truy cập", "Revoked a token"),
        Some(Action::RotateKeys) => ("Đổi khóa chủ", "Changed the master key"),
        Some(Action::RetireKey) => ("Loại bỏ khóa chủ", "Retired a master key"),
        Some(Action::BeginUpload) => ("Bắt đầu gửi tệp", "Began to send a file"),
        Some(Action::AddDocument) => ("Thêm tài liệu vào hồ sơ", "Added a document"),
        Some(Action::RefuseFile) => ("Không nhận tệp", "A file was not taken"),
        Some(Action::SearchCases) => ("Tìm vụ việc theo từ", "Looked for cases by words"),
        Some(Action::ReadFilters) => (
            "Xem các bộ lọc đã lưu của vị trí công tác",
            "Read the saved filters of a post",
        ),
        Some(Action::SaveFilter) => ("Lưu bộ lọc", "Saved a filter"),
        Some(Action::DeleteFilter) => ("Xóa bộ lọc đã lưu", "Deleted a saved filter"),
        Some(Action::ListDocuments) => ("Xem danh mục tài liệu", "Read the list of documents"),
        Some(Action::ReadDocument) => ("Xem tài liệu", "Read a document"),
        Some(Action::QuarantineDocument) => (
            "Cách ly tài liệu có mã độc",
            "Quarantined a document with malware",
        ),
        Some(Action::RemoveDocument) => ("Gỡ tài liệu khỏi hồ sơ", "Removed a document"),
        Some(Action::EraseDocument) => (
            "Xóa nội dung tài liệu đã gỡ",
            "Erased the bytes of a removed document",
        ),
        Some(Action::Refused) => ("Bị từ chối", "Was refused"),
        None => ("Không rõ", "Unknown"),
    };
    Text { vi, en }
}

catalogue! {
    LOOKED => "Đã kiểm tra {entries} mục trong {chains} chuỗi và {roots} giá trị gốc.", "Looked at {entries} entries in {chains} chains, and at {roots} roots.";
    LATEST => "Giá trị gốc mới nhất: số {no}, lúc {at}: {root}; khóa công khai {key}.", "Newest root: number {no}, at {at}: {root}; public key {key}.";
    MISSING => "THIẾU: chuỗi {chain}, mục {seq}.", "MISSING: chain {chain}, entry {seq}.";
    CHANGED => "ĐÃ BỊ SỬA HOẶC ĐẢO: chuỗi {chain}, mục {seq}.", "CHANGED OR MOVED: chain {chain}, entry {seq}.";
    WRONG_ROOT => "GIÁ TRỊ GỐC SAI: số {no}.", "WRONG ROOT: number {no}.";
    ROOT_GONE => "BỊ CẮT: giá trị gốc số {no} mà máy này đã ghi nhớ nay không còn hoặc đã khác, cùng các mục trước nó.", "CUT OFF: root {no}, which this machine remembers, is gone or is another now, with what it closed.";
    REMEMBERED => "Máy này ghi nhớ giá trị gốc số {no} trong {file}.", "This machine remembers root {no} in {file}.";
    NOT_REMEMBERED => "Máy này chưa ghi nhớ giá trị gốc nào ({file}): phần cuối bị cắt có thể không lộ ra.", "This machine remembers no root yet ({file}): an end that was cut off may not show.";
    CANNOT_REMEMBER => "không đọc được {file}", "{file} cannot be read";
    CUT_OFF => "BỊ CẮT: giá trị gốc số {no} ghi chuỗi {chain} có mục {seq}, nay không còn hoặc đã khác.", "CUT OFF: root {no} names entry {seq} of chain {chain}, which is gone or is another now.";
    SOUND => "Nhật ký nguyên vẹn.", "The trace is sound.";
    BROKEN => "nhật ký đã bị can thiệp", "the trace was tampered with";
}
