//! What rules say, in words: the facts that they ask for, the numbers that they give, what follows from them.

crate::catalogue! {
    INJURY => "Thương tích nặng, mã {code}", "Serious injury, code {code}";
    NOT => "không phải: {fact}", "not: {fact}";
    WHEN => "Khi {facts}", "Where {facts}";
    ALWAYS => "Trong mọi trường hợp còn lại", "In every other case";
    NUMBER => "{number} {unit}", "{number} {unit}";
    YES => "có", "yes";
    NO => "không", "no";
    AFTER_MINUTES => "sau {number} phút", "after {number} minutes";
    BEFORE_DUE => "{number} ngày trước hạn", "{number} days before the due day";
    ON_DUE => "đúng ngày đến hạn", "on the due day";
    AFTER_DUE => "{number} ngày sau hạn", "{number} days after the due day";
    EVERY_WEEK => "{number} ngày sau hạn, rồi lặp lại", "{number} days after the due day, and again and again";
    ANY_LIMIT => "Mọi thời hạn", "Every limit";
    WITHIN_DAYS => "trong {number} ngày", "within {number} days";
    INSTEAD => "nếu không có thì: {other}", "where there is none: {other}";
    FORGET_AFTER => "xóa phần nhận dạng sau {number} ngày", "what identifies anybody is removed after {number} days";
    DESTROY_AFTER_DAYS => "hủy sau {number} ngày", "destroyed after {number} days";
    DESTROY_AFTER_YEARS => "hủy sau {number} năm", "destroyed after {number} years";
    DESTROY_RETIRED => "hủy khi mọi nạn nhân đã đủ {number} tuổi", "destroyed once every victim is {number} years old";
}

crate::catalogue! {
    /// A fact that a rule asks for, by its code.
    fact {
        "victim_dead" => "nạn nhân đã chết", "the victim is dead";
        "died_in_treatment" => "nạn nhân chết khi đang điều trị hoặc do vết thương tái phát", "the victim died in treatment or by recurrence";
        "declared_dead_by_court" => "Tòa án tuyên bố nạn nhân đã chết", "a Court declared the victim dead";
        "victim_missing" => "nạn nhân mất tích", "the victim is missing";
        "declared_serious" => "nạn nhân được khai là bị thương nặng", "the victim is declared seriously injured";
        "listed_injury" => "thương tích thuộc Danh mục thương tích nặng", "an injury of the list of serious injuries";
        "outcome_unknown" => "chưa rõ tình trạng nạn nhân", "what became of the victim is not known";
        "any_dead" => "có người chết", "somebody died";
        "two_or_more_serious" => "từ hai người bị thương nặng trở lên", "two or more are seriously injured";
        "one_serious" => "đúng một người bị thương nặng", "exactly one is seriously injured";
        "any_missing" => "có người mất tích", "somebody is missing";
        "any_unknown" => "có người chưa rõ tình trạng", "what became of somebody is not known";
        "nobody_hurt" => "không ai bị thương", "nobody is hurt";
        "fatal" => "tai nạn chết người", "the accident is fatal";
        "multi_serious" => "tai nạn nặng từ hai người trở lên", "two or more are seriously injured";
        "unclear" => "chưa rõ mức độ thương vong", "the casualties are not clear";
        "single_serious" => "tai nạn nặng một người", "one is seriously injured";
        "light" => "tai nạn nhẹ", "the accident is light";
        "urgent" => "chết người, nặng từ hai người trở lên hoặc chưa rõ", "fatal, two or more seriously injured, or not clear";
        "technical_incident" => "sự cố kỹ thuật, không phải tai nạn", "a technical incident, no accident";
        "serious_incident" => "sự cố kỹ thuật gây mất an toàn nghiêm trọng", "a serious technical incident";
        "several_sites" => "xảy ra ở nhiều cơ sở hoặc địa phương", "at several sites or localities";
        "special_sector" => "lĩnh vực chuyên ngành (phóng xạ, dầu khí, vận tải, khoáng sản…)", "a sector with a law of its own (radiation, oil and gas, transport, mining …)";
        "armed_forces" => "đơn vị quân đội, công an", "an army or police unit";
        "abroad" => "xảy ra ở nước ngoài", "outside Việt Nam";
        "traffic" => "tai nạn giao thông", "a traffic accident";
        "by_employer" => "người sử dụng lao động khai", "declared by the employer";
        "by_commune" => "Ủy ban nhân dân cấp xã khai", "declared by the commune";
        "by_public" => "người dân báo tin", "told by the public";
        "any_contract" => "có nạn nhân có hợp đồng lao động", "a victim works under a contract";
        "any_no_contract" => "có nạn nhân không có hợp đồng lao động", "a victim works without a contract";
        "grave_no_contract" => "người chết hoặc bị thương nặng không có hợp đồng", "somebody dead or seriously injured works without a contract";
        "hurt_no_contract" => "người bị nạn không có hợp đồng lao động", "somebody hurt works without a contract";
        "voluntary_insured" => "tham gia bảo hiểm tai nạn lao động tự nguyện", "voluntarily insured against accidents at work";
    }
}

crate::catalogue! {
    /// A number that a rule gives, by its key.
    value {
        "limits.scene_hours" => "Cử người đến hiện trường", "People are sent to the scene";
        "limits.send_minutes_working_days" => "Gửi biên bản điều tra", "The minutes are sent";
        "limits.extension_max_percent" => "Gia hạn điều tra nhiều nhất (so với thời hạn)", "Longest extension of an investigation (of its limit)";
        "limits.police.opinion_working_days" => "Đoàn điều tra gửi ý kiến cho công an (K5)", "The team's opinion reaches the police (K5)";
        "limits.police.answer_working_days" => "Cơ quan điều tra trả lời (K6)", "The police answer (K6)";
        "limits.police.no_prosecution_hours" => "Gửi quyết định không khởi tố cho Viện kiểm sát (K7a)", "A decision not to prosecute reaches the procuracy (K7a)";
        "limits.police.handover_days" => "Bàn giao hồ sơ sau khi Viện kiểm sát nhất trí (K7b)", "The file is back after the procuracy's consent (K7b)";
        "limits.police.handover_outer_days" => "Bàn giao hồ sơ, chậm nhất (K7c)", "The file is back at the latest (K7c)";
        "limits.police.prosecution_hours" => "Gửi quyết định khởi tố (K7d)", "A decision to prosecute is sent (K7d)";
        "limits.police.conclusion_days" => "Gửi kết luận điều tra (K7e)", "The conclusion is sent (K7e)";
        "limits.police.handover_after_stop_days" => "Bàn giao hồ sơ sau khi đình chỉ vụ án (K7f)", "The file is back after a criminal case was stopped (K7f)";
        "limits.commune_record_days" => "Xã lập biên bản ghi nhận (K8)", "The commune writes its record (K8)";
        "limits.complaint_window_days" => "Thời hiệu khiếu nại (K9)", "Complaints are heard (K9)";
        "limits.benefits.decide_working_days" => "Quyết định bồi thường, trợ cấp (K10, K10b)", "Benefits are decided (K10, K10b)";
        "limits.benefits.pay_days" => "Chi trả bồi thường, trợ cấp (K10c)", "Benefits are paid (K10c)";
        "limits.benefits.send_file_days" => "Gửi hồ sơ bồi thường về Sở (K10d)", "The benefit file reaches the department (K10d)";
        "limits.register_working_days" => "Vào sổ thống kê (K11)", "Entry in the register (K11)";
        "limits.complaint_answer_working_days" => "Trả lời khiếu nại (K12)", "A complaint is answered (K12)";
        "limits.keep_fatal_years" => "Lưu hồ sơ vụ chết người (K13)", "The file of a fatal accident is kept (K13)";
        "limits.expertise_days" => "Điều tra khi cần giám định", "An investigation that needs expertise";
        "limits.abroad.dossier_days" => "Gửi hồ sơ tai nạn ở nước ngoài (K1c)", "The dossier of an accident abroad (K1c)";
        "limits.insurance.file_days" => "Nộp hồ sơ bảo hiểm", "The dossier is filed with the insurer";
        "clock.suspend.pauses" => "Tạm đình chỉ thì thời hạn ngừng chạy", "A suspension stops the limit";
        "clock.scene.stops_on_arrival" => "Tính đến khi người đến hiện trường (không thì: khi cử đi)", "People must have arrived (otherwise: been sent)";
        "clock.count.first_day_excluded" => "Không tính ngày đầu", "The first day is not counted";
        "clock.declare_immediate.remind_hours" => "Nhắc người phải khai báo", "Whoever must declare is reminded";
        "clock.declare_immediate.breach_hours" => "Khai báo bị coi là chậm", "A declaration counts as late";
        "clock.declare_abroad.working_days" => "Khai báo tai nạn ở nước ngoài", "An accident abroad is declared";
        "case.close.wait_complaint_window" => "Chờ hết thời hiệu khiếu nại mới kết thúc", "A case stays open until nobody can complain";
        "sector.armed_forces.store_content" => "Lưu nội dung vụ của quân đội, công an", "What army and police units declare is stored";
        "units.reform" => "Ngày sắp xếp đơn vị hành chính", "A day of the reform of the units";
        "data_subject.acknowledge.working_days" => "Báo đã nhận yêu cầu về dữ liệu cá nhân", "A request about personal data is acknowledged";
        "data_subject.view.days" => "Cho xem, sửa, sao chép dữ liệu cá nhân", "Personal data are shown, corrected, copied";
        "data_subject.view.days_processor" => "Cho xem, sửa, sao chép khi xử lý thay bên khác", "The same where the body processes for another";
        "data_subject.restrict.days" => "Rút đồng ý, hạn chế, phản đối", "Withdrawal, restriction, objection";
        "data_subject.restrict.days_processor" => "Rút đồng ý, hạn chế, phản đối khi xử lý thay bên khác", "The same where the body processes for another";
        "data_subject.erase.days" => "Xóa dữ liệu cá nhân", "Personal data are erased";
        "data_subject.erase.days_processor" => "Xóa dữ liệu cá nhân khi xử lý thay bên khác", "The same where the body processes for another";
        "data_subject.extension_percent" => "Gia hạn trả lời yêu cầu (so với thời hạn)", "Extension of a request (of its limit)";
        "breach.notify_hours" => "Thông báo vi phạm dữ liệu cá nhân", "A breach of personal data is notified";
        "breach.warn_hours" => "Cảnh báo trước khi hết hạn thông báo vi phạm", "The operator is warned before that limit ends";
        "duties.interval_months" => "Chứng minh lại nghĩa vụ", "Duties are proven again";
        "reminder.hour" => "Giờ gửi thư nhắc trong ngày", "Hour at which reminders leave";
        "coverage.hour" => "Giờ kiểm tra độ phủ trong ngày", "Hour at which coverage is looked at";
        "coverage.bounce_days" => "Địa chỉ bị trả thư bị coi là hỏng", "An address counts as dead after mail came back";
        "coverage.verified_days" => "Địa chỉ được coi là đã xác minh", "An address counts as verified";
        "canary.every_months" => "Thử đường thư tới mỗi cơ quan, cách nhau", "The way to each authority is tested every";
        "canary.hour" => "Giờ gửi thư thử", "Hour at which tests leave";
        "canary.answer_hours" => "Phải trả lời thư thử", "A test is to be answered";
    }
}

crate::catalogue! {
    /// The unit of a number, by the end of its key.
    unit {
        "hours" => "giờ", "hours";
        "working_days" => "ngày làm việc", "working days";
        "days" => "ngày", "days";
        "years" => "năm", "years";
        "months" => "tháng", "months";
        "percent" => "%", "%";
        "hour" => "giờ trong ngày (0–23)", "o'clock";
    }
}

crate::catalogue! {
    /// Whom a rung of the ladder tells, and at which level a role stands.
    place {
        "rung.next_contact" => "Báo người liên hệ tiếp theo", "The next contact is told";
        "rung.duty_roster" => "Báo người trực", "Whoever is on duty is told";
        "rung.higher_authority" => "Báo cơ quan cấp trên", "The higher authority is told";
        "rung.call_list" => "Người vận hành gọi điện", "The operator telephones";
        "level.commune" => "cấp xã", "of the commune";
        "level.district" => "cấp huyện", "of the district";
        "level.province" => "cấp tỉnh", "of the province";
        "level.country" => "trung ương", "of the country";
        "form.none" => "Không có mẫu", "No form";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        ladder::RungKind,
        law::{Fact, ValueKey},
    };

    #[test]
    fn whatever_a_rule_may_name_has_its_words() {
        for one in Fact::ALL {
            assert!(fact(one.as_str()).is_some(), "{one}");
        }
        for one in ValueKey::ALL {
            assert!(value(one.as_str()).is_some(), "{one}");
        }
        for one in RungKind::ALL {
            assert!(place(&format!("rung.{one}")).is_some(), "{one}");
        }
    }
}
