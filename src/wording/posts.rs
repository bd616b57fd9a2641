//! Words of `tnld post`.

crate::catalogue! {
    POST => "Tạo, liệt kê, kết thúc vị trí công tác; bổ nhiệm và thôi giao", "Create, list and end posts; appoint to them and remove from them";
    CREATE => "Tạo một vị trí công tác; in mã định danh của vị trí", "Create a post; prints its id";
    LIST => "Liệt kê các vị trí công tác và người đang giữ", "List posts and who holds them";
    END => "Kết thúc một vị trí không còn giữ việc nào", "End a post that holds nothing any more";
    APPOINT => "Giao vị trí cho một tài khoản", "Give a post to an account";
    REMOVE => "Thôi giao vị trí cho một tài khoản", "Take a post from an account";
    AUTHORITY => "Mã cơ quan trong danh bạ", "Id of the authority in the directory";
    KIND => "Loại vị trí", "Kind of post";
    NAME => "Tên vị trí", "Name of the post";
    GRANT => "Quyền cấp thêm; có thể ghi nhiều lần", "A right beyond those of its kind; may be repeated";
    POST_ID => "Mã định danh của vị trí, như trong danh sách", "Id of the post, as in the list";
    ACCOUNT => "Mã định danh hoặc địa chỉ thư của tài khoản", "Id or e-mail address of the account";
    REASON => "Lý do", "Why";
    REFUSED => "Không thực hiện được: {faults}", "not possible: {faults}";
    NO_POST => "Không có vị trí hoặc người giữ như vậy", "there is no such post or holder";
    DONE => "Đã ghi nhận", "done";
}
