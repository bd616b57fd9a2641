//! Names of the values that fields of steps take. The key is the value; where one value means something else in
//! another field, that field, a dot and the value: `benefit.compensation`.

use super::{Text, forms, labels};
use crate::catalogue;

/// The name of a value of a choice; `None` where the value itself is what people read, such as a name of the team.
pub fn name_of(field: &str, value: &str) -> Option<Text> {
    let own = format!("{field}.{value}");
    code(&own)
        .or_else(|| forms::code(&own))
        .or_else(|| labels::label(&own))
        .or_else(|| code(value))
        .or_else(|| forms::code(&format!("state.{value}")))
        .or_else(|| forms::code(&format!("attended.{value}")))
        .or_else(|| forms::code(&format!("opinion.{value}")))
}

catalogue! {
    /// Those of values.
    code {
        "yes" => "Có", "Yes";
        "no" => "Không", "No";
        "given_by.team" => "Đoàn điều tra cấp tỉnh", "The provincial team";
        "given_by.police" => "Cơ quan Công an", "The police";
        "result.done" => "Đã thực hiện", "Done";
        "result.not_done" => "Chưa thực hiện", "Not done";
        "benefit.compensation" => "Bồi thường", "Compensation";
        "benefit.allowance" => "Trợ cấp", "Allowance";
        "benefit.none" => "Không thuộc diện được hưởng", "None is owed";
        "care.treatment" => "Điều trị", "Treatment";
        "care.assessment" => "Giám định mức suy giảm khả năng lao động", "Medical assessment";
        "care.rehabilitation" => "Phục hồi chức năng", "Rehabilitation";
        "care.compensation" => "Chi trả bồi thường, trợ cấp", "Payment of compensation";
        "care.visit" => "Thăm hỏi", "Visit";
        "care.other" => "Việc khác", "Other";
        "declared.not_required" => "Không thuộc diện phải khai báo", "Not required";
        "declared.not_known" => "Chưa rõ", "Not known";
        "kind.complaint" => "Khiếu nại", "Complaint";
        "kind.denunciation" => "Tố cáo", "Denunciation";
        "cause_code.1" => "Không có thiết bị an toàn hoặc thiết bị không đảm bảo an toàn", "No safety device, or device not safe";
        "cause_code.2" => "Không có phương tiện bảo vệ cá nhân hoặc phương tiện bảo vệ cá nhân không tốt", "No personal protective equipment, or equipment of poor quality";
        "cause_code.3" => "Tổ chức lao động chưa hợp lý", "Unsuitable organisation of work";
        "cause_code.4" => "Chưa huấn luyện hoặc huấn luyện an toàn, vệ sinh lao động chưa đầy đủ", "No or insufficient occupational safety and health training";
        "cause_code.5" => "Không có quy trình an toàn hoặc biện pháp làm việc an toàn", "No safety procedure or safe working method";
        "cause_code.6" => "Điều kiện làm việc không tốt", "Poor working conditions";
        "cause_code.7" => "Vi phạm nội quy, quy trình, quy chuẩn, biện pháp làm việc an toàn", "Breach of rules, procedures, standards or safe working methods";
        "cause_code.8" => "Không sử dụng phương tiện bảo vệ cá nhân", "Personal protective equipment not used";
        "cause_code.9" => "Khách quan khó tránh/ Nguyên nhân chưa kể đến", "Objective, hardly avoidable circumstances / cause not listed above";
        "recipient.victims_or_relatives" => "Người bị nạn hoặc thân nhân", "Victims or relatives";
        "recipient.employer" => "Người sử dụng lao động của cơ sở xảy ra tai nạn", "The employer of the establishment";
        "recipient.labour_authority_of_place" => "Cơ quan quản lý nhà nước về lao động nơi xảy ra tai nạn", "Labour authority of the place";
        "recipient.labour_authority_of_head_office" => "Cơ quan quản lý nhà nước về lao động nơi đặt trụ sở chính", "Labour authority of the head office";
        "recipient.member_agencies" => "Các cơ quan có thành viên trong Đoàn điều tra", "Agencies with a member in the team";
        "recipient.labour_ministry" => "Bộ quản lý nhà nước về lao động", "The labour ministry";
        "recipient.commune" => "Ủy ban nhân dân cấp xã", "The commune";
        "victim" => "Người bị nạn số", "Victim";
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::{
        event::MinutesRecipient,
        step::{Field, Values},
        table,
    };

    fn every_choice(fields: &'static [Field], all: &mut Vec<(&'static str, String)>) {
        for field in fields {
            match field.values {
                Values::Fixed(values) => {
                    all.extend(values.iter().map(|value| (field.name, (*value).to_owned())));
                }
                Values::MinutesRecipients => {
                    let to = MinutesRecipient::ALL.iter();
                    all.extend(to.map(|to| (field.name, to.to_string())));
                }
                Values::Candidates
                | Values::Victims
                | Values::OpenRecommendations
                | Values::OpenComplaints
                | Values::TeamMembers => {}
            }
            every_choice(field.items, all);
        }
    }

    #[test]
    fn the_causes_are_named_as_in_the_list() {
        let codes = crate::domain::codes::Codes::built_in();
        assert_eq!(codes.causes().count(), 9);
        for cause in codes.causes() {
            let name = name_of("cause_code", cause.code).unwrap();
            assert_eq!(
                (name.vi, name.en),
                (cause.label.vi.as_str(), cause.label.en.as_str())
            );
        }
    }

    #[test]
    fn every_value_of_every_choice_has_its_name_in_both_languages() {
        let mut all = Vec::new();
        table::rows().for_each(|rule| every_choice(rule.fields, &mut all));
        assert!(all.len() > 50);
        let unnamed = all.iter().filter(|(field, value)| {
            let name = name_of(field, value);
            name.is_none_or(|name| name.vi.is_empty() || name.en.is_empty())
        });
        assert_eq!(unnamed.collect::<Vec<_>>(), Vec::<&(&str, String)>::new());
    }
}
