//! Names of codes, as people read them: classes, states, steps, clocks, roles, duties, forms,
//! levels, fields. The key is the kind, a dot and the code: `status.RECEIVED`.

use crate::{
    catalogue,
    domain::{
        access::{ActorRole, Denial},
        authority::Role,
        case::{
            CaseStatus, Refusal, Step,
            closing::ClosingItem,
            contradictions::{ReportSource, ReportedField},
            dossier::DossierItem,
            duplicates::Likeness,
            event::Conclusion,
            flags::Flag,
            views::QueueView,
        },
        classify::CaseClass,
        clocks::{ClockId, ClockState},
        declaration::{DeclarantRole, Kind, Sector},
        inventory::MovedBecause,
        investigation::InvestigationLevel,
        post::PostKind,
        routing::Duty,
        victim::VictimClass,
    },
    store::alerts::AlertStatus,
    wording::{Text, steps},
};

/// Declares `fn $name(code) -> Text` for the codes of an enum, and the test that names them all.
macro_rules! names {
    ($($(#[$doc:meta])* $name:ident($code:ident) = $kind:literal;)*) => {
        $($(#[$doc])*
        pub fn $name(code: $code) -> Text {
            let code = code.as_str();
            // A test finds each code in the catalogue; the code itself is better than nothing.
            label(&format!(concat!($kind, ".{}"), code)).unwrap_or(Text { vi: code, en: code })
        })*

        #[cfg(test)]
        fn every_key() -> Vec<String> {
            let mut keys = Vec::new();
            $(keys.extend($code::ALL.iter().map(|code| format!(concat!($kind, ".{}"), code)));)*
            keys
        }
    };
}

/// The name of a code, by `kind.CODE`.
pub fn label(key: &str) -> Option<Text> {
    code(key).or_else(|| steps::code(key))
}

/// The name of a field of a step.
pub fn field(name: &str) -> Text {
    // A test finds each in the catalogue.
    label(&format!("field.{name}")).unwrap_or(Text { vi: "", en: "" })
}

names! {
    /// Class of a case.
    class(CaseClass) = "class";
    /// Class of a victim.
    victim_class(VictimClass) = "victim_class";
    /// Accident or technical incident.
    kind(Kind) = "kind";
    /// State of a case.
    status(CaseStatus) = "status";
    /// Step.
    step(Step) = "step";
    /// Why a case went to others.
    moved_because(MovedBecause) = "moved_because";
    /// Item of an insurance dossier.
    dossier_item(DossierItem) = "dossier_item";
    /// Conclusion of the minutes.
    conclusion(Conclusion) = "conclusion";
    /// View of the queue.
    view(QueueView) = "view";
    /// Clock.
    clock(ClockId) = "clock";
    /// State of a clock.
    clock_state(ClockState) = "clock_state";
    /// Role that the law names.
    role(Role) = "role";
    /// Role of a caller.
    actor(ActorRole) = "actor";
    /// Kind of a post.
    post(PostKind) = "post";
    /// Why access is denied.
    denial(Denial) = "denial";
    /// Quality in which a declarant speaks.
    declarant_role(DeclarantRole) = "declarant_role";
    /// Duty.
    duty(Duty) = "duty";
    /// Level of investigation.
    level(InvestigationLevel) = "level";
    /// Sector.
    sector(Sector) = "sector";
    /// Where an alert stands.
    alert_status(AlertStatus) = "alert_status";
    /// Why two cases may be one.
    likeness(Likeness) = "likeness";
    /// Who tells of an accident.
    report_source(ReportSource) = "report_source";
    /// What reports of one accident say.
    reported(ReportedField) = "reported";
    /// Why a step is refused.
    refusal(Refusal) = "refusal";
    /// What is missing before a case can be closed.
    closing(ClosingItem) = "closing";
    /// What is so of a case beside its state.
    flag(Flag) = "flag";
}

catalogue! {
    /// Those of everything but steps.
    code {
        // --- class of a case
        "class.FATAL" => "Tai nạn lao động chết người", "Fatal accident";
        "class.MULTI_SERIOUS" => "Tai nạn lao động nặng từ hai người trở lên", "Two or more seriously injured";
        "class.UNCLEAR" => "Chưa rõ mức độ thương vong", "Casualties not yet clear";
        "class.SINGLE_SERIOUS" => "Tai nạn lao động nặng một người", "One seriously injured";
        "class.LIGHT" => "Tai nạn lao động nhẹ", "Light accident";

        // --- class of a victim
        "victim_class.FATAL" => "Chết", "Dead";
        "victim_class.FATAL_PROVISIONAL" => "Chết, chờ biên bản giám định pháp y", "Dead, forensic minutes awaited";
        "victim_class.MISSING" => "Mất tích", "Missing";
        "victim_class.SERIOUS" => "Bị thương nặng", "Seriously injured";
        "victim_class.UNKNOWN" => "Chưa rõ", "Not yet known";
        "victim_class.LIGHT" => "Bị thương nhẹ", "Lightly injured";

        // --- kind of event
        "kind.accident" => "Tai nạn lao động", "Work accident";
        "kind.technical_incident" => "Sự cố kỹ thuật gây mất an toàn, vệ sinh lao động", "Technical incident";

        // --- state of a case
        "status.NOTICED" => "Đã nhận tin báo", "Notice received";
        "status.DRAFT" => "Bản nháp khai báo", "Draft declaration";
        "status.DECLARED" => "Đã khai báo", "Declared";
        "status.RECEIVED" => "Đã tiếp nhận", "Received by an authority";
        "status.TRANSFERRED" => "Chuyển cơ quan có thẩm quyền", "Transferred to the competent authority";
        "status.CLASSIFIED" => "Đã phân loại", "Classified";
        "status.COMMUNE_RECORDED" => "Đã lập biên bản ghi nhận", "Recorded by the commune";
        "status.SCENE_RESPONSE" => "Cử người đến hiện trường", "People sent to the scene";
        "status.TEAM_FORMED" => "Đã thành lập Đoàn điều tra", "Investigation team formed";
        "status.INVESTIGATING" => "Đang điều tra", "Under investigation";
        "status.POLICE_OPINION_PENDING" => "Chờ ý kiến Cảnh sát điều tra", "Opinion of the investigating police awaited";
        "status.SUSPENDED" => "Tạm dừng điều tra", "Investigation suspended";
        "status.PROSECUTION_RECOMMENDED" => "Đã kiến nghị khởi tố", "Prosecution recommended";
        "status.CRIMINAL_CASE" => "Đã khởi tố vụ án hình sự", "Criminal case opened";
        "status.RETURNED_BY_POLICE" => "Đã nhận bàn giao từ cơ quan điều tra", "Handed back by the police";
        "status.MINUTES_DRAFTED" => "Đã lập biên bản điều tra", "Minutes drafted";
        "status.ANNOUNCED" => "Đã công bố biên bản", "Minutes announced";
        "status.DISPATCHED" => "Đã gửi biên bản", "Minutes sent";
        "status.POSTED" => "Đã niêm yết công khai", "Publicly posted";
        "status.FOLLOW_UP" => "Theo dõi thực hiện kiến nghị, chế độ", "Recommendations and benefits followed up";
        "status.COMPLAINED" => "Có khiếu nại, tố cáo", "Under complaint";
        "status.REINVESTIGATING" => "Điều tra lại", "Investigated again";
        "status.CLOSED" => "Đã kết thúc", "Closed";
        "status.ARCHIVED" => "Lưu trữ", "Archived";
        "status.NOT_WORK_ACCIDENT" => "Không phải tai nạn lao động", "Not a work accident";
        "status.DUPLICATE" => "Trùng vụ", "Duplicate";

        // --- why a case ended
        "ended.withdrawn" => "Khai báo sai, đã rút", "False declaration, withdrawn";
        "ended.duplicate" => "Trùng với vụ khác", "The same as another case";
        "ended.transferred" => "Đã chuyển cơ quan khác", "Transferred to another authority";

        // --- conclusions
        "conclusion.work_accident" => "Là tai nạn lao động", "A work accident";
        "conclusion.allowance_39_2" => "Tai nạn được hưởng trợ cấp theo khoản 2 Điều 39 Luật ATVSLĐ", "An accident with the allowance of Art. 39.2 of the OSH Law";
        "conclusion.not_work_accident" => "Không phải là tai nạn lao động", "Not a work accident";

        // --- roles that the law names
        "role.PROVINCIAL_LABOUR_AUTHORITY" => "Cơ quan quản lý nhà nước về lao động cấp tỉnh", "Provincial labour authority";
        "role.LOCAL_POLICE" => "Công an nơi xảy ra tai nạn", "Local police";
        "role.INVESTIGATING_POLICE" => "Cơ quan Cảnh sát điều tra", "Investigating police";
        "role.PROCURACY" => "Viện kiểm sát nhân dân", "Procuracy";
        "role.COMMUNE_PC" => "Ủy ban nhân dân cấp xã", "Commune People's Committee";
        "role.DISTRICT_PC" => "Ủy ban nhân dân cấp huyện", "District People's Committee";
        "role.PROVINCIAL_PC" => "Ủy ban nhân dân cấp tỉnh", "Provincial People's Committee";
        "role.LINE_MINISTRY" => "Bộ quản lý ngành, lĩnh vực", "Line ministry";
        "role.LABOUR_MINISTRY" => "Bộ quản lý nhà nước về lao động", "Ministry in charge of labour";
        "role.PROVINCIAL_HEALTH" => "Sở Y tế", "Provincial health department";
        "role.STATISTICS_OFFICE" => "Cơ quan thống kê", "Statistics office";
        "role.IZ_BOARD" => "Ban quản lý khu công nghiệp", "Industrial zone board";
        "role.INSPECTORATE" => "Cơ quan thanh tra", "Inspectorate";
        "role.INSURER" => "Cơ quan bảo hiểm xã hội", "Social insurance agency";
        "role.UNION" => "Tổ chức công đoàn", "Trade union";

        // --- roles of tokens
        "actor.employer" => "Người sử dụng lao động", "Employer";
        "actor.commune" => "Ủy ban nhân dân cấp xã", "Commune People's Committee";
        "actor.inspector" => "Cán bộ cơ quan quản lý lao động cấp tỉnh", "Officer of the provincial labour authority";
        "actor.police" => "Công an", "Police";
        "actor.ministry" => "Bộ quản lý nhà nước về lao động", "Ministry in charge of labour";
        "actor.operator" => "Người vận hành hệ thống", "Operator";
        "actor.procuracy" => "Viện kiểm sát nhân dân", "Procuracy";
        "actor.health" => "Sở Y tế", "Health department";
        "actor.insurer" => "Cơ quan bảo hiểm xã hội", "Social insurance agency";
        "actor.union" => "Tổ chức công đoàn", "Trade union";
        "actor.zone_board" => "Ban quản lý khu công nghiệp", "Industrial zone board";
        "actor.administrator" => "Quản trị hệ thống cấp tỉnh", "Provincial administrator";
        "actor.informant" => "Người báo tin không có tài khoản", "Informant without an account";
        "actor.council" => "Hội đồng An toàn, vệ sinh lao động", "Occupational safety and health council";

        // --- kinds of posts
        "post.chief_inspector" => "Chánh thanh tra (người đứng đầu bộ phận điều tra)", "Chief inspector";
        "post.investigator" => "Điều tra viên tai nạn lao động", "Accident investigator";
        "post.duty_officer" => "Trực ban", "Duty officer";
        "post.commune_official" => "Công chức cấp xã", "Commune official";
        "post.commune_police_officer" => "Công an cấp xã", "Commune police officer";
        "post.provincial_police_investigator" => "Điều tra viên Công an cấp tỉnh", "Provincial police investigator";
        "post.procuracy" => "Kiểm sát viên", "Procurator";
        "post.health_department" => "Cán bộ Sở Y tế", "Health department officer";
        "post.insurer" => "Cán bộ bảo hiểm xã hội", "Social insurance officer";
        "post.union" => "Cán bộ công đoàn", "Trade union officer";
        "post.zone_board" => "Cán bộ Ban quản lý khu công nghiệp", "Industrial zone board officer";
        "post.provincial_administrator" => "Quản trị hệ thống cấp tỉnh", "Provincial administrator";
        "post.council_member" => "Thành viên Hội đồng An toàn, vệ sinh lao động", "Council member";
        "post.ministry_officer" => "Cán bộ Bộ", "Ministry officer";
        "post.operator" => "Người vận hành hệ thống", "Operator";

        // --- why access is denied
        "denial.right_not_held" => "Vai trò của bạn không được làm việc này.", "Your role is not allowed to do this.";
        "denial.not_granted" => "Vị trí công tác chưa được cấp quyền này.", "The post was not granted this right.";
        "denial.post_not_held" => "Bạn không còn giữ vị trí công tác này.", "You hold this post no longer.";
        "view.mine" => "Của tôi", "Mine";
        "view.unit" => "Của đơn vị", "My unit's";
        "view.unassigned" => "Chưa phân công", "Unassigned";
        "view.waiting" => "Đang chờ nơi khác", "Waiting for others";
        "view.due_this_week" => "Đến hạn trong tuần", "Due this week";
        "view.overdue" => "Quá hạn", "Overdue";
        "denial.not_of_territory" => "Vụ việc không thuộc địa bàn hoặc cơ quan không được báo.", "The case lies elsewhere, or the authority was not told of it.";
        "denial.not_own_record" => "Khai báo của người khác.", "Somebody else declared it.";
        "denial.not_own_employer" => "Không thuộc đơn vị của bạn.", "Another employer.";
        "denial.not_in_scope" => "Mã truy cập không được cấp quyền này.", "The token was not given this right.";
        "denial.not_an_owner" => "Chỉ chủ tài khoản của đơn vị được làm việc này.", "Only an owner of the employer's account may do this.";
        "denial.not_own_authority" => "Không thuộc cơ quan của bạn.", "Another authority.";
        "denial.not_received" => "Chỉ cơ quan tiếp nhận tin báo được xem danh tính người báo (Luật 84/2015/QH13 Điều 34.2).", "Only the authority that received the notice may see who gave it (Law 84/2015/QH13 Art. 34.2).";
        "denial.not_own_province" => "Không thuộc tỉnh của bạn.", "Another province.";

        // --- in which quality a declarant speaks
        "declarant_role.employer" => "Người sử dụng lao động", "Employer";
        "declarant_role.commune" => "Ủy ban nhân dân cấp xã", "Commune People's Committee";
        "declarant_role.family" => "Gia đình nạn nhân", "Family of the victim";
        "declarant_role.witness" => "Người phát hiện", "Person who discovered it";
        "declarant_role.worker" => "Người lao động", "Worker";
        "declarant_role.police" => "Công an", "Police";
        "declarant_role.hospital" => "Cơ sở khám bệnh, chữa bệnh", "Hospital";

        // --- where an alert stands
        "alert_status.queued" => "Chờ gửi", "Waiting to be sent";
        "alert_status.sent" => "Đã gửi", "Sent";
        "alert_status.acknowledged" => "Đã có người tiếp nhận", "Taken by somebody there";
        "alert_status.refused" => "Báo không thuộc thẩm quyền", "Refused as not theirs";
        "alert_status.delayed" => "Gửi chưa được, đang thử lại", "Delayed, being tried again";
        "alert_status.bounced" => "Thư bị trả lại", "Came back undelivered";
        "alert_status.failed" => "Không gửi được", "Given up";
        "alert_status.undeliverable" => "Không có cơ quan nào giữ vai trò này", "Nobody holds the role";
        "alert_status.superseded" => "Đã được thay bằng thông báo sau", "Superseded by a later alert";
        "alert_status.withdrawn" => "Đã rút", "Withdrawn";

        // --- duties
        "duty.must_receive" => "Phải được báo", "Must be told";
        "duty.copy" => "Nhận bản sao", "Gets a copy";
        "duty.may_receive" => "Có thể được báo", "May be told";

        // --- forms
        "form.D39-III" => "Khai báo tai nạn lao động (Phụ lục III, Nghị định 39/2016/NĐ-CP)", "Declaration (Appendix III, Decree 39/2016)";
        "form.D39-IV" => "Khai báo tai nạn lao động của UBND cấp xã (Phụ lục IV, Nghị định 39/2016/NĐ-CP)", "Commune's declaration (Appendix IV, Decree 39/2016)";
        "form.D129-01" => "Khai báo tai nạn lao động (Mẫu số 01, Phụ lục II, Nghị định 129/2025/NĐ-CP)", "Declaration (Form 01, Appendix II, Decree 129/2025)";
        "form.D129-06" => "Báo cáo nhanh của UBND cấp xã (Mẫu số 06, Phụ lục II, Nghị định 129/2025/NĐ-CP)", "Commune's quick report (Form 06, Appendix II, Decree 129/2025)";
        "form.D143-II" => "Khai báo tai nạn của người tham gia bảo hiểm tự nguyện (Phụ lục II, Nghị định 143/2024/NĐ-CP)", "Declaration for the voluntarily insured (Appendix II, Decree 143/2024)";
        "form.COMMUNE-RECORD" => "Biên bản ghi nhận sự việc của UBND cấp xã", "Commune record";

        // --- levels of investigation
        "level.facility" => "Đoàn điều tra cấp cơ sở", "Facility team";
        "level.provincial" => "Đoàn điều tra cấp tỉnh", "Provincial team";
        "level.central" => "Đoàn điều tra cấp trung ương", "Central team";
        "level.commune_record" => "Biên bản ghi nhận của UBND cấp xã", "Commune record";
        "level.special_law" => "Theo pháp luật chuyên ngành", "By special law";
        "level.none" => "Không điều tra", "No investigation";

        // --- sectors
        "sector.ordinary" => "Không thuộc lĩnh vực đặc thù", "No special sector";
        "sector.radiation" => "Phóng xạ", "Radiation";
        "sector.oil_gas" => "Thăm dò, khai thác dầu khí", "Oil and gas";
        "sector.rail" => "Đường sắt", "Railway";
        "sector.road" => "Đường bộ", "Road";
        "sector.inland_water" => "Đường thủy nội địa", "Inland waterway";
        "sector.sea" => "Hàng hải", "Maritime";
        "sector.air" => "Hàng không", "Aviation";
        "sector.army" => "Quân đội", "Army";
        "sector.police" => "Công an", "Police forces";

        // --- why two cases may be one
        "likeness.same_victim" => "Nạn nhân trùng họ tên (không xét dấu, thứ tự) hoặc trùng số định danh", "A victim of the same name, marks and order aside, or of the same identity number";
        "likeness.same_identity_number" => "Cùng số định danh", "Same identity number";
        "likeness.same_spelling" => "Họ tên trùng cả dấu", "Name spelt alike down to the marks";
        "likeness.similar_name" => "Họ tên gần giống: thiếu tên đệm hoặc sai một chữ cái", "Similar name: a word left out or one letter wrong";
        "likeness.same_birth_date" => "Cùng ngày sinh", "Same day of birth";
        "likeness.same_birth_year" => "Cùng năm sinh", "Same year of birth";
        "likeness.other_birth_year" => "Trùng tên nhưng khác năm sinh", "Namesakes born in other years";
        "likeness.other_identity_number" => "Trùng tên nhưng khác số định danh", "Namesakes with other identity numbers";
        "likeness.same_tax_code" => "Cùng mã số thuế", "Same tax code";
        "likeness.same_establishment_name" => "Cùng tên cơ sở", "Same name of the establishment";
        "likeness.same_counts" => "Cùng số người bị nạn", "Same numbers";
        "likeness.same_commune" => "Cùng xã theo địa giới hiện nay", "Same commune of today";
        "likeness.same_province" => "Cùng tỉnh theo địa giới hiện nay", "Same province of today";
        "likeness.same_hour" => "Xảy ra trong cùng một giờ", "Within an hour";
        "likeness.same_half_day" => "Xảy ra cách nhau không quá 12 giờ", "Within twelve hours";
        "likeness.same_days" => "Xảy ra cách nhau không quá 3 ngày, giờ chỉ là ước chừng", "Within three days, the hour being an estimate";

        // --- who tells of an accident
        "report_source.employer" => "Người sử dụng lao động", "Employer";
        "report_source.commune" => "Ủy ban nhân dân cấp xã", "Commune People's Committee";
        "report_source.family" => "Gia đình nạn nhân", "Family of the victim";
        "report_source.witness" => "Người phát hiện", "Person who discovered it";
        "report_source.worker" => "Người lao động", "Worker";
        "report_source.police" => "Công an", "Police";
        "report_source.hospital" => "Cơ sở khám bệnh, chữa bệnh", "Hospital";
        "report_source.labour_authority" => "Cơ quan quản lý lao động cấp tỉnh", "Provincial labour authority";
        "report_source.other_authority" => "Cơ quan khác", "Another authority";

        // --- what reports say
        "reported.occurred_at" => "Thời điểm xảy ra", "When it happened";
        "reported.place" => "Nơi xảy ra", "Where it happened";
        "reported.dead" => "Số người chết", "Dead";
        "reported.serious" => "Số người bị thương nặng", "Seriously injured";
        "reported.light" => "Số người bị thương nhẹ", "Lightly injured";
        "reported.missing" => "Số người mất tích", "Missing";
        "reported.unknown" => "Số người chưa rõ", "Not yet known";
        "reported.establishment_tax_code" => "Mã số thuế của cơ sở", "Tax code of the establishment";
        "reported.establishment_name" => "Tên cơ sở", "Name of the establishment";
        "reported.employer_tax_code" => "Mã số thuế của người sử dụng lao động", "Tax code of the victims' employer";
        "reported.employer_name" => "Người sử dụng lao động của nạn nhân", "The victims' employer";
        "reported.sector" => "Lĩnh vực", "Sector";
        "reported.traffic" => "Tai nạn giao thông", "Traffic accident";
        "reported.cause" => "Nguyên nhân", "Cause";
        "reported.injury_factor" => "Yếu tố gây chấn thương", "Injury factor";
        "reported.full_name" => "Họ và tên nạn nhân", "Name of the victim";
        "reported.birth" => "Ngày hoặc năm sinh", "Day or year of birth";
        "reported.sex" => "Giới tính", "Sex";
        "reported.citizen_id" => "Số định danh cá nhân", "Identity number";
        "reported.employment" => "Hợp đồng lao động", "Labour contract";
        "reported.occupation" => "Nghề nghiệp", "Occupation";
        "reported.outcome" => "Tình trạng nạn nhân", "What it did to the victim";
        "reported.died_at" => "Thời điểm chết", "Moment of death";
        "reported.death_circumstance" => "Hoàn cảnh chết", "Where and how death came";
        "reported.injuries" => "Tổn thương", "Injuries";

    }
}

#[cfg(test)]
mod tests {
    use super::{every_key, label};
    use crate::domain::{
        case::{
            step::{ClockEffect, End, Field},
            table,
        },
        law::Form,
    };

    #[test]
    fn every_code_has_a_name_in_both_languages() {
        let mut keys = every_key();
        fn fields(all: &[Field], keys: &mut Vec<String>) {
            for field in all {
                keys.push(format!("field.{}", field.name));
                fields(field.items, keys);
            }
        }
        for rule in table::rows() {
            fields(rule.fields, &mut keys);
            if let End::Because(reason) = rule.end {
                keys.push(format!("ended.{reason}"));
            }
            for effect in rule.clocks {
                if let ClockEffect::Stop(_, because) | ClockEffect::StopForVictim(_, because) =
                    effect
                {
                    keys.push(format!("stopped.{because}"));
                }
            }
        }
        // Where there is no form, none is named.
        let forms = Form::ALL.iter().filter(|form| **form != Form::None);
        keys.extend(forms.map(|form| format!("form.{form}")));
        for key in keys {
            let text = label(&key).unwrap_or_else(|| panic!("no name for {key}"));
            assert!(!text.vi.is_empty() && !text.en.is_empty(), "{key}");
        }
    }

    #[test]
    fn a_code_that_nobody_knows_has_no_name() {
        assert_eq!(label("status.DONE"), None);
    }
}
