//! Texts of the pages of posts and rosters.

use super::Text;

crate::catalogue! {
    TITLE => "Vị trí công tác", "Posts";
    LEAD => "Quyền đi theo vị trí, không theo người: ai giữ vị trí thì làm được việc của vị trí, ai rời đi thì thôi.", "Rights go with the post, not with the person: whoever holds it may do its work, and whoever leaves may not.";
    CHOOSE => "Muốn thêm vị trí hoặc xem lịch trực, hãy mở một cơ quan trong", "To add a post or to see a roster, open an authority in the";
    DIRECTORY => "danh bạ cơ quan", "directory of authorities";
    NONE => "Chưa có vị trí nào.", "There are no posts yet.";
    NEXT => "Trang sau", "Next page";
    VACANT => "Chưa ai giữ vị trí này", "Nobody holds this post";
    HELD_BY => "Người giữ", "Held by";
    SOMEBODY => "Một người", "Somebody";
    EVERYBODY => "Tất cả người giữ vị trí", "Everybody who holds the post";
    OPEN_CASES => "Vụ đang thụ lý", "Open cases";
    ADD => "Thêm vị trí", "Add a post";
    KIND => "Loại vị trí", "Kind of post";
    NAME => "Tên vị trí", "Name of the post";
    NAME_HINT => "Như cơ quan vẫn gọi, ví dụ: Điều tra viên số 2.", "As the authority calls it, for example: Investigator no. 2.";
    AUTHORITY => "Cơ quan", "Authority";
    GRANTS => "Quyền cấp thêm", "Further rights";
    SINCE => "Lập lúc", "Made";
    ENDED => "Kết thúc", "Ended";
    WHAT_NOW => "Việc có thể làm với vị trí", "What can be done with the post";
    HOLDERS => "Ai đang giữ", "Who holds it";
    FROM => "từ", "from";
    UNTIL => "đến", "until";
    HOLDS => "Vị trí đang giữ những gì", "What the post holds";
    HOLDS_NO_CASES => "Không có vụ việc hay tin báo nào.", "No cases and no alerts.";
    ALERTS => "Tin báo", "Alerts";
    AND_MORE => "Còn nữa.", "And more.";
    SHIFTS => "Ca trực chưa xong", "Shifts not over";
    TOKENS => "Mã truy cập", "Access tokens";
    APPOINT => "Giao vị trí", "Give the post";
    APPOINT_TEXT => "Người được giao nhận thư báo. Ai chưa có tài khoản thì nhận đường dẫn để đặt mật khẩu. Nhiều người có thể cùng giữ một vị trí.", "Whoever is given the post is told by mail. Somebody without an account gets a link to choose a password. Several may hold a post at once.";
    FULL_NAME => "Họ và tên", "Full name";
    EMAIL => "Thư điện tử", "E-mail";
    EMAIL_HINT => "Địa chỉ công vụ của chính người đó.", "That person's own official address.";
    STARTS => "Bắt đầu", "Begins";
    ENDS => "Kết thúc", "Ends";
    REASON => "Lý do", "Reason";
    TAKE => "Thu hồi vị trí", "Take the post";
    TAKE_TEXT => "Người đó không làm được việc của vị trí nữa và nhận thư báo. Những gì vị trí đang giữ ở lại với vị trí.", "That person can no longer do the work of the post and is told by mail. What the post holds stays with it.";
    WHO => "Ai", "Who";
    KEEP => "Giữ lại mã truy cập “{name}” dù người lập rời đi", "Keep the token “{name}” although whoever made it leaves";
    HAND_OVER => "Bàn giao", "Hand over";
    HAND_OVER_TEXT => "Mọi vụ việc, tin báo và ca trực của vị trí này chuyển sang vị trí khác trong một lần.", "All cases, alerts and shifts of this post go to another one in one step.";
    TO_POST => "Bàn giao cho vị trí", "To which post";
    LEAVING => "Người rời vị trí", "Who leaves the post";
    NOBODY_LEAVES => "Không ai rời vị trí", "Nobody leaves";
    NO_TARGET => "Cơ quan này chưa có vị trí nào khác có thể nhận. Hãy thêm vị trí trước.", "The authority has no other post that could take it. Please add one first.";
    ADD_SHIFT => "Xếp ca trực", "Put on duty";
    ADD_SHIFT_TEXT => "Tin khẩn ngoài giờ được gọi đến số của người đang trực.", "Urgent news outside office hours is called to the number of whoever is on duty.";
    ENDS_HINT => "Không quá 7 ngày sau lúc bắt đầu.", "At most 7 days after its beginning.";
    PHONE => "Điện thoại trực", "Telephone on duty";
    PHONE_HINT => "Số gọi được suốt ca.", "A number that is answered all the time.";
    CANCEL_SHIFT => "Bỏ ca trực", "Call a shift off";
    CANCEL_SHIFT_TEXT => "Ca đang trực kết thúc ngay; ca chưa đến thì bỏ.", "A shift that has begun ends now; one to come is taken back.";
    WHICH_SHIFT => "Ca nào", "Which shift";
    NO_SHIFT => "Không có ca trực nào phía trước.", "There are no shifts ahead.";
    END => "Kết thúc vị trí", "End the post";
    END_TEXT => "Chỉ kết thúc được khi vị trí không còn giữ vụ việc, tin báo hay ca trực: hãy bàn giao trước. Người đang giữ nhận thư báo, mã truy cập của vị trí hết hiệu lực.", "Possible only when the post holds no cases, alerts or shifts any more: hand over first. Whoever holds it is told by mail, and its access tokens end.";
    ROSTER => "Lịch trực", "Roster";
    NOW => "Đang trực", "On duty now";
    NOBODY_NOW => "Bây giờ không có ai trực.", "Nobody is on duty now.";
    WEEK => "Cả tuần", "The week";
    WEEK_BEFORE => "Tuần trước", "Week before";
    WEEK_AFTER => "Tuần sau", "Next week";
    TODAY => "hôm nay", "today";
    ALL_DAY => "Có người trực cả ngày", "Somebody all day";
    NOBODY_ON_DUTY => "Không ai trực", "Nobody";
    HOURS_WITHOUT => "{n} giờ không ai trực", "{n} hours without anybody";
    SAID_MADE => "Đã lập vị trí.", "The post was made.";
    SAID_APPOINTED => "Đã giao vị trí; người được giao sẽ nhận thư.", "The post was given; whoever was given it is told by mail.";
    SAID_TAKEN => "Đã thu hồi vị trí.", "The post was taken.";
    SAID_HANDED_OVER => "Đã bàn giao xong.", "Everything was handed over.";
    SAID_SHIFT => "Đã xếp ca trực.", "The shift was added.";
    SAID_CANCELLED => "Đã bỏ ca trực.", "The shift was called off.";
    SAID_ENDED => "Vị trí đã kết thúc.", "The post has ended.";
}

/// What is said of what was done on the page before.
pub fn said(what: &str) -> Option<Text> {
    Some(match what {
        "made" => SAID_MADE,
        "appoint" => SAID_APPOINTED,
        "take" => SAID_TAKEN,
        "hand-over" => SAID_HANDED_OVER,
        "shift" => SAID_SHIFT,
        "cancel-shift" => SAID_CANCELLED,
        "end" => SAID_ENDED,
        _ => return None,
    })
}
