//! The page of the demo on which a newcomer chooses who to be.

crate::catalogue! {
    WHO => "Bạn muốn là ai?", "Who do you want to be?";
    WHO_TEXT => "Mọi người, mọi vụ ở đây đều là hư cấu. Chọn một người; đăng xuất rồi chọn người khác bất cứ lúc nào.", "Every person and every case here is invented. Choose one; sign out and be another at any time.";
    PLAY => "Một vụ trọn vẹn, trong mười phút", "One whole case, in ten minutes";
    EVERYBODY => "Mọi người ở đây", "Everybody here";
    BEGIN => "Bắt đầu", "Begin";
    TURN_EMPLOYER => "Có người chết ở công trường: gửi tin báo.", "Somebody died on a building site: send the notice.";
    TURN_POLICE => "Giữa đêm: mở thư khẩn vừa đến, bấm nhận việc.", "In the night: open the alert that just came, and take it.";
    TURN_INSPECTOR => "Mở vụ vừa báo, rồi bấm nút lớn «Việc tiếp theo» cho đến khi hồ sơ được lưu.", "Open the case that was just reported, and follow the big button of the next step until the file is in the archive.";
    TURN_COMMUNE => "Một gia đình báo tin: lập biên bản ghi nhận cho người không có hợp đồng.", "A family tells of an accident: write the record for a worker without a contract.";
    CHANGE => "Bản dùng thử, dữ liệu hư cấu:", "A demo, with invented data:";
    CHANGE_WHO => "đổi vai", "be somebody else";
    CHANGE_MAIL => "hộp thư", "mailbox";
    BE => "Vào với tư cách", "Be";
    BE_NOBODY => "Hoặc báo tai nạn như một người dân, không cần tài khoản", "Or report an accident as anybody can, without an account";
    TO_MAILBOX => "Mở hộp thư mẫu: mọi thư khẩn đã gửi", "Open the mailbox: every alert that was sent";
    CLOCK => "Đồng hồ ở đây: {now}", "The clock here: {now}";
    CLOCK_TEXT => "Nhiều thời hạn của luật dài hàng tuần, hàng tháng. Ở đây có thể cho thời gian trôi nhanh để thấy điều gì sắp hết hạn, điều gì đã quá; đồng hồ không chạy lùi, và sau đó phải vào lại.", "Many limits of the law take weeks or months. Time can be moved on here, to see what is due soon and what has passed; it never runs backwards, and you sign in again afterwards.";
    LEAP => "+{days} ngày", "+{days} days";
    EMPLOYER_DOES => "Khai báo tai nạn của đơn vị mình, theo dõi vụ việc, điều tra vụ thuộc trách nhiệm của đơn vị.", "Declares the accidents of the establishment, follows them, and investigates those that are its own.";
    COMMUNE_DOES => "Nhận tin của người dân, lập biên bản ghi nhận cho người lao động không có hợp đồng.", "Takes what families tell and writes the record for workers without a contract.";
    INSPECTOR_DOES => "Dẫn từng vụ qua mọi bước, theo đúng hạn, đến khi kết thúc.", "Leads each case through every step, within its limits, to its end.";
    POLICE_DOES => "Nhận tin khẩn giữa đêm, tham gia điều tra vụ chết người.", "Takes alerts at night and joins the investigation of deaths.";
    ADMINISTRATOR_DOES => "Giữ danh bạ, vị trí và lịch trực của tỉnh.", "Keeps the directory, posts and rosters of the province.";
    OPERATOR_DOES => "Thấy thư nào chưa đi, việc nào đang kẹt.", "Sees which mail has not left and what is stuck.";
}
