//! What is said about settings that cannot be used, and about a service that cannot start.

use crate::catalogue;

catalogue! {
    // --- a setting is refused
    WRONG => "{key} đang là {value}; giá trị được phép: {allowed}", "{key} is {value}; allowed: {allowed}";
    WRONG_BECAUSE => "{key} đang là {value}: {reason}; giá trị được phép: {allowed}", "{key} is {value}: {reason}; allowed: {allowed}";
    UNKNOWN => "{key} trong {place} không phải là thiết lập của chương trình; được phép: {keys}", "{key} in {place} is no setting; allowed: {keys}";
    ENVIRONMENT => "biến môi trường", "the environment";
    FILE => "{file}", "{file}";

    // --- what is allowed
    UTF8 => "văn bản mã UTF-8", "text in UTF-8";
    TEXT => "văn bản trong dấu nháy kép", "a text in quotes";
    OF_TYPE => "kiểu {kind}", "of type {kind}";
    TOML_READABLE => "tệp TOML đọc được ({why})", "a TOML file that can be read ({why})";
    TOML => "tệp TOML (dòng {line}: {why})", "a TOML file (line {line}: {why})";
    LISTEN => "địa chỉ và cổng, ví dụ 127.0.0.1:8080 hoặc [::1]:8080", "an address and a port, such as 127.0.0.1:8080 or [::1]:8080";
    PUBLIC_URL => "địa chỉ mà người đọc dùng để vào dịch vụ này, ví dụ https://tnld.example.vn", "the address of this service as its readers reach it, such as https://tnld.example.vn";
    PROXIES => "các địa chỉ IP hoặc mạng của máy chủ trung gian, cách nhau bằng dấu phẩy, ví dụ 127.0.0.1,10.0.0.0/8; để trống nếu không có", "IP addresses or networks of the proxies, with commas between them, such as 127.0.0.1,10.0.0.0/8; empty where there is none";
    WEBHOOK_NETWORKS => "các địa chỉ IP hoặc mạng nội bộ mà webhook được phép gọi tới, cách nhau bằng dấu phẩy, ví dụ 10.20.0.0/16; để trống nếu không có", "IP addresses or networks of one's own that webhooks may lead to, with commas between them, such as 10.20.0.0/16; empty where there is none";
    SMS_FILE => "tệp TOML mô tả cổng tin nhắn, xem README ({why})", "a TOML file that describes the gateway of short messages, see the README ({why})";
    RATE => "số yêu cầu mỗi giây của một mã truy cập, số nguyên; 0 là không giới hạn", "requests a second of one token, a whole number; 0 for no limit";
    MAILBOX => "địa chỉ thư điện tử, ví dụ tnld@example.vn hoặc Tên <tnld@example.vn>", "a mail address, such as tnld@example.vn or Name <tnld@example.vn>";
    BOUNCE_ADDRESS => "địa chỉ thư điện tử, trước @ tối đa {letters} chữ cái không dấu, chữ số, dấu chấm, gạch, ví dụ bounce@tnld.example.vn; để trống nếu không dùng", "a mail address with at most {letters} letters, digits, dots and hyphens before the @, such as bounce@tnld.example.vn; empty for none";
    BOUNCE_LISTEN => "địa chỉ và cổng, ví dụ 127.0.0.1:2424, khi đã có TNLD_BOUNCE_ADDRESS", "an address and a port, such as 127.0.0.1:2424, where TNLD_BOUNCE_ADDRESS is set";
    DKIM_NAME => "tên miền gồm chữ cái không dấu, chữ số, gạch và dấu chấm", "a name of letters, digits, hyphens and dots";
    DKIM_FILE_NAME => "một tệp, ví dụ /etc/tnld/dkim.pem", "a file, such as /etc/tnld/dkim.pem";
    DKIM_TOGETHER => "TNLD_DKIM_SELECTOR và TNLD_DKIM_KEY_FILE phải đi cùng nhau", "TNLD_DKIM_SELECTOR and TNLD_DKIM_KEY_FILE together";
    FILES_URL => "file:DIR hoặc s3://KEY:SECRET@HOST[:PORT]/BUCKET[/PREFIX][?region=REGION][&tls=off]", "file:DIR or s3://KEY:SECRET@HOST[:PORT]/BUCKET[/PREFIX][?region=REGION][&tls=off]";
    FILES_MAX => "số MiB, từ 1 đến 1000", "a number of MiB, 1 to 1000";
    CLAMD => "tcp://HOST:PORT hoặc unix:/đường/dẫn; để trống nếu không có", "tcp://HOST:PORT or unix:/path; empty for none";
    ON_OR_OFF => "on hoặc off", "on or off";
    SECONDS => "số nguyên giây, tối đa một trăm năm về trước hoặc về sau", "a whole number of seconds, at most a hundred years either way";
    NO_OFFSET => "0, trừ khi TNLD_LISTEN là địa chỉ loopback (hiện là {listen}): chỉ chỉnh đồng hồ khi diễn tập", "0 unless TNLD_LISTEN is a loopback address (it is {listen}): a moved clock is for rehearsals";
    LOG => "off, error, warn, info, debug hoặc trace, hoặc một danh sách như info,tnld::jobs=debug", "off, error, warn, info, debug or trace, or a list such as info,tnld::jobs=debug";
    DATABASE => "sqlite:PATH hoặc postgres://user:password@host:port/database", "sqlite:PATH or postgres://user:password@host:port/database";
    SQLITE_PATH => "sqlite:PATH hoặc postgres://user:password@host:port/database; PATH là một tệp, ví dụ tnld-data/tnld.db", "sqlite:PATH or postgres://user:password@host:port/database; PATH is a file, such as tnld-data/tnld.db";
    POSTGRES_ADDRESS => "sqlite:PATH hoặc postgres://user:password@host:port/database ({why})", "sqlite:PATH or postgres://user:password@host:port/database ({why})";
    POSTGRES_ENCODED => "sqlite:PATH hoặc postgres://user:password@host:port/database, trong mật khẩu viết @ : / ? # % thành %40 %3A %2F %3F %23 %25", "sqlite:PATH or postgres://user:password@host:port/database, with @ : / ? # % in a password written as %40 %3A %2F %3F %23 %25";
    NO_TLS => "kết nối không có TLS, vì bản dựng này không kèm TLS; {place} yêu cầu {mode}: hãy dựng bằng `cargo build --release --features postgres-tls`", "a connection without TLS, because this program was built without it; {place} asks for {mode}: build with `cargo build --release --features postgres-tls`";
    SSLMODE => "disable, allow, prefer, require, verify-ca hoặc verify-full ở {place}, không phải {mode}", "disable, allow, prefer, require, verify-ca or verify-full as {place}, not {mode}";
    SSLMODE_IN_ADDRESS => "sslmode trong địa chỉ", "sslmode in the address";
    SSLMODE_VARIABLE => "PGSSLMODE", "PGSSLMODE";
    REQUIRESSL_VARIABLE => "PGREQUIRESSL", "PGREQUIRESSL";
    KEY_FILE => "một tệp, ví dụ /var/lib/tnld/master.keys", "a file, such as /var/lib/tnld/master.keys";
    KEY_LINES => "các dòng gồm tên và khóa như trong tệp khóa ({why})", "lines of a name and a key, as in a key file ({why})";
    ONE_OF_BOTH => "chỉ thiết lập này hoặc TNLD_MASTER_KEYS_FILE, không cả hai", "this or TNLD_MASTER_KEYS_FILE, not both";
    OIDC_FILE => "tệp TOML với các mục [[provider]] có id, issuer, client_id, name_vi, name_en ({why})", "a TOML file of [[provider]] with id, issuer, client_id, name_vi, name_en ({why})";
    OIDC_SECRETS => "các dòng gồm id của nhà cung cấp và bí mật của nó", "lines of a provider's id and its secret";
    OIDC_START => "Không dùng được nhà cung cấp OpenID trong TNLD_OIDC_FILE", "an OpenID provider of TNLD_OIDC_FILE cannot be used";
    SMTP => "smtp://host:port, smtps://user:password@host:465, smtp://user:password@host:587?tls=required (và &ca=FILE), hoặc file:DIR", "smtp://host:port, smtps://user:password@host:465, smtp://user:password@host:587?tls=required (and &ca=FILE), or file:DIR";

    // --- what is wrong with the address of a mail server
    FOLDER_MISSING => "thiếu thư mục", "the folder is missing";
    NOT_AN_ADDRESS => "không phải là địa chỉ ({why})", "not an address ({why})";
    UNKNOWN_SCHEME => "giao thức không được biết", "unknown scheme";
    HOST_MISSING => "thiếu tên máy chủ", "the host is missing";
    AFTER_THE_PORT => "sau cổng chỉ được có các tùy chọn", "nothing may stand after the port but options";
    UNKNOWN_OPTION => "có tùy chọn không được biết", "an option is unknown";
    CA_NEEDS_TLS => "ca chỉ dùng với smtps hoặc tls=required", "ca needs smtps or tls=required";
    USER_NOT_UTF8 => "tên người dùng không phải UTF-8", "the user is not UTF-8";
    PASSWORD_NOT_UTF8 => "mật khẩu không phải UTF-8", "the password is not UTF-8";
    LOGIN_WHOLE => "tên người dùng và mật khẩu phải đi cùng nhau", "user and password belong together";
    PASSWORD_NEEDS_TLS => "mật khẩu chỉ dùng với smtps hoặc tls=required", "a password needs smtps or tls=required";

    // --- the start
    CANNOT_LISTEN => "TNLD_LISTEN: không mở được cổng trên {address}", "TNLD_LISTEN: cannot listen on {address}";
    CANNOT_RECEIVE => "TNLD_BOUNCE_LISTEN: không mở được cổng trên {address}", "TNLD_BOUNCE_LISTEN: cannot listen on {address}";
    DKIM_FILE => "TNLD_DKIM_KEY_FILE nêu tệp {file} nhưng không đọc được", "TNLD_DKIM_KEY_FILE names {file}, which cannot be read";
    DKIM_KEY => "TNLD_DKIM_KEY_FILE nêu tệp {file}, không phải khóa riêng dạng PEM: cần RSA từ 2048 bit hoặc Ed25519", "TNLD_DKIM_KEY_FILE names {file}, which is no private key in PEM: RSA of 2048 bits or more, or Ed25519";
    CANNOT_OPEN => "Không mở được cơ sở dữ liệu {url}", "cannot open the database {url}";
    NO_WRITER => "Không khởi động được luồng ghi cơ sở dữ liệu", "cannot start the thread that writes to the database";
    CERTIFICATE => "TNLD_SMTP_URL nêu tệp chứng thư {file} nhưng không dùng được", "TNLD_SMTP_URL names the certificate file {file}, which cannot be used";
    CERTIFICATE_HOST => "TNLD_SMTP_URL nêu máy chủ {host}, không thể có chứng thư cho tên này", "TNLD_SMTP_URL names the host {host}, which no certificate can be for";
    FILES_START => "Không mở được nơi lưu tệp trong TNLD_FILES_URL", "the file store of TNLD_FILES_URL cannot be opened";
    MAIL_FOLDER => "Không tạo được thư mục thư {folder}", "cannot create the mail folder {folder}";
}
