//! What `tnld keys`, and a start without the right keys, say.

use crate::catalogue;

catalogue! {
    UNUSABLE => "Không dùng được {source}", "{source} cannot be used";
    GONE => "Không còn {source}", "{source} is gone";
    MISSING => "Dữ liệu cá nhân trong cơ sở dữ liệu được mã hóa bằng khóa chính {id} ({fingerprint}), nhưng {source} không có khóa này: hãy chép lại tệp khóa", "The personal data in the database are sealed with the master key {id} ({fingerprint}), which {source} does not hold: bring the key file back";
    OTHER => "Khóa chính {id} trong {source} không phải là khóa {fingerprint} đã mã hóa cơ sở dữ liệu này", "The master key {id} in {source} is not the key {fingerprint} that sealed this database";
    NO_LIVE => "{source} không có khóa chính nào còn được dùng", "{source} holds no master key that is in use";
    MADE => "Đã tạo khóa chính mới {id} trong {source}. Hãy sao lưu tệp này riêng với cơ sở dữ liệu: mất khóa là mất dữ liệu cá nhân", "A new master key {id} was made in {source}. Back this file up apart from the database: without it the personal data are lost";
    NONE => "Cơ sở dữ liệu chưa dùng khóa chính nào; lần khởi động đầu tiên sẽ tạo", "The database knows no master key yet; the first start makes one";
    ROTATED => "Khóa chính hiện dùng: {id}. Đã bọc lại {count} khóa vụ việc", "The master key in use is {id}. {count} case keys were wrapped again";
    RESUMED => "Tiếp tục đổi sang khóa chính {id}", "Going on with the change to the master key {id}";
    BEGUN => "Khóa chính mới {id} đã được ghi vào {source}: hãy sao lưu tệp này", "The new master key {id} stands in {source}: back this file up";
    SEARCH_BEGUN => "Khóa tìm kiếm mới: {id}. Đang đánh dấu lại các vụ việc; trong lúc đó vẫn tìm được theo cả hai khóa", "The new key of the search is {id}. Cases are marked anew; meanwhile they are found under both keys";
    SEARCH_RESUMED => "Tiếp tục đánh dấu lại các vụ việc bằng khóa tìm kiếm {id}", "Going on to mark cases under the search key {id}";
    SEARCH_RENEWED => "Mọi vụ việc đã được đánh dấu bằng khóa tìm kiếm {id}; các khóa tìm kiếm trước đã bị xóa", "Every case is marked under the search key {id}; the search keys before it are gone";
    SEARCH_LEFT => "Còn {count} vụ việc chưa đánh dấu được bằng khóa tìm kiếm {id}: hãy xem nhật ký rồi chạy lại lệnh này", "{count} cases could not be marked under the search key {id} yet: see the log and run this again";
    CANNOT_ADD => "Không thể ghi thêm khóa vào {source}: hãy thêm một dòng mới, khởi động lại dịch vụ rồi chạy lại lệnh này", "A key cannot be added to {source}: add a line, restart the service, and run this again";
    UNKNOWN => "Không có khóa chính {id} đang dùng", "There is no master key {id} in use";
    CURRENT => "{id} là khóa chính hiện dùng: hãy đổi khóa trước (tnld keys rotate)", "{id} is the master key in use: change it first (tnld keys rotate)";
    STILL_WRAPS => "Khóa chính {id} còn bọc {count} khóa: hãy chạy lại tnld keys rotate", "The master key {id} still wraps {count} keys: run tnld keys rotate again";
    RETIRED => "Khóa chính {id} không còn được dùng. Chỉ xóa dòng của nó khi không còn bản sao lưu nào cần đến", "The master key {id} is retired. Delete its line only when no backup needs it any more";
    IN_USE => "hiện dùng", "in use";
    EARLIER => "trước đây", "earlier";
    RETIRED_SHORT => "đã thôi dùng", "retired";
    NOT_HELD => "không có ở đây", "not held here";
}
