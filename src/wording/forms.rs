//! Words that stand on forms beside their labels. Forms are in Vietnamese: the English is for the catalogue.

use crate::catalogue;

catalogue! {
    /// Those of codes: groups of attendees, capacities in a team, what was handed over, items of a file.
    code {
        "capacity.head" => "Trưởng đoàn", "Head";
        "capacity.labour_authority" => "Thành viên, đại diện cơ quan quản lý nhà nước về lao động", "Member, labour authority";
        "capacity.health" => "Thành viên, đại diện ngành y tế", "Member, health";
        "capacity.union" => "Thành viên, đại diện tổ chức công đoàn", "Member, trade union";
        "capacity.workers_representative" => "Thành viên, đại diện tập thể người lao động", "Member, workers' representative";
        "capacity.safety_officer" => "Thành viên, người làm công tác an toàn, vệ sinh lao động", "Member, safety officer";
        "capacity.medical_officer" => "Thành viên, người làm công tác y tế", "Member, medical officer";
        "capacity.labour_ministry" => "Thành viên, đại diện Bộ quản lý nhà nước về lao động", "Member, labour ministry";
        "capacity.line_ministry" => "Thành viên, đại diện Bộ quản lý ngành", "Member, line ministry";
        "capacity.other_employer" => "Thành viên, đại diện cơ sở của nạn nhân", "Member, the victims' employer";
        "capacity.leasing_firm" => "Thành viên, đại diện doanh nghiệp cho thuê lại lao động", "Member, leasing firm";
        "capacity.commune" => "Thành viên, đại diện Ủy ban nhân dân cấp xã", "Member, commune";
        "capacity.other" => "Thành viên", "Member";

        "attends.members" => "Thành viên Đoàn điều tra", "Members of the team";
        "attends.employer" => "Người sử dụng lao động hoặc người được ủy quyền", "Employer or whom they authorised";
        "attends.commune" => "Đại diện Ủy ban nhân dân cấp xã", "Commune";
        "attends.union" => "Đại diện công đoàn cơ sở hoặc công đoàn cấp trên trực tiếp", "Trade union";
        "attends.victims_or_relatives" => "Người bị nạn hoặc đại diện thân nhân", "Victims or relatives";
        "attends.persons_concerned" => "Người biết sự việc, người có liên quan", "Persons who know or are concerned";
        "attends.police" => "Cơ quan Cảnh sát điều tra", "Investigating police";
        "attends.procuracy" => "Viện kiểm sát nhân dân", "Procuracy";
        "attended.attended" => "Có mặt", "Attended";
        "attended.invited_absent" => "Đã mời, vắng mặt", "Invited, absent";

        "moved.declaration" => "Khai báo số", "Declaration";
        "moved.victim" => "Người bị nạn số", "Victim";
        "moved.hash" => "SHA-256:", "SHA-256:";
        "moved.form" => "Biểu mẫu", "Form";
        "moved.pages" => "Số trang:", "Pages:";
        "moved.clock" => "Thời hạn đang tính:", "Open limit:";
        "moved.until" => "đến ngày", "until";
        "handed.decision_paper" => "Quyết định không khởi tố hoặc quyết định đình chỉ", "Decision not to prosecute, or to stop";
        "handed.scene_minutes" => "Biên bản khám nghiệm hiện trường", "Scene examination minutes";
        "handed.sketch" => "Sơ đồ hiện trường", "Sketch of the scene";
        "handed.photographs" => "Ảnh hiện trường, ảnh nạn nhân (nếu có)", "Photographs";
        "handed.examination_minutes" => "Biên bản xem xét dấu vết trên thân thể, biên bản khám nghiệm tử thi (nếu có)", "Examination of body or injuries";
        "handed.statements" => "Biên bản ghi lời khai", "Statements";
        "handed.expertise_results" => "Kết luận giám định tư pháp (nếu có)", "Expertise";
        "handed.objects" => "Đồ vật, phương tiện có thể chuyển giao, kèm biên bản tạm giữ", "Objects and means";
        "state.received" => "Đã nhận", "Received";
        "state.missing" => "Còn thiếu", "Missing";
        "state.none" => "Không có", "None";
        "state.in_file" => "Có trong hồ sơ", "In the file";
        "state.declared_dead_by_court" => "Tòa án tuyên bố là đã chết", "Declared dead by the Court";

        "file.scene_minutes" => "a) Biên bản khám nghiệm hiện trường (nếu có)", "a) Scene examination minutes";
        "file.sketch" => "b) Sơ đồ hiện trường", "b) Sketch of the scene";
        "file.photographs" => "c) Ảnh hiện trường, ảnh nạn nhân", "c) Photographs";
        "file.examination_minutes" => "d) Biên bản khám nghiệm tử thi hoặc khám nghiệm thương tích", "d) Autopsy or injury examination";
        "file.expertise_results" => "đ) Biên bản giám định kỹ thuật, giám định pháp y, kết luận giám định tư pháp (nếu có)", "đ) Expertise";
        "file.statements" => "e) Biên bản lấy lời khai", "e) Statements";
        "file.minutes" => "g) Biên bản điều tra tai nạn lao động", "g) Minutes of the investigation";
        "file.meeting_minutes" => "h) Biên bản cuộc họp công bố biên bản điều tra", "h) Minutes of the meeting";
        "file.injury_certificate" => "i) Giấy chứng thương (nếu có)", "i) Injury certificate";
        "file.discharge_paper" => "k) Giấy ra viện (nếu có)", "k) Discharge paper";

        "measure.sanction_proposed" => "Đề nghị xử phạt", "Sanction proposed";
        "measure.sanctioned" => "Đã xử phạt", "Sanctioned";
        "measure.suspended_work" => "Đình chỉ công việc", "Work suspended";
        "measure.remedied" => "Đã khắc phục", "Remedied";
        "measure.to_inspectorate" => "Chuyển cơ quan thanh tra", "To the inspectorate";

        "opinion.work_accident" => "Là tai nạn lao động", "A work accident";
        "opinion.not_work_accident" => "Không phải là tai nạn lao động", "Not a work accident";
        "opinion.not_determined" => "Chưa xác định được", "Not determined yet";

        "sex.male" => "Nam", "Male";
        "sex.female" => "Nữ", "Female";
        "employment.contract" => "Có hợp đồng lao động", "Under contract";
        "employment.no_contract" => "Không có hợp đồng lao động", "Without contract";
        "died.scene" => "tại hiện trường", "At the scene";
        "died.en_route" => "trên đường đi cấp cứu hoặc trong khi cấp cứu", "On the way to, or in, emergency care";
        "died.treatment" => "trong thời gian điều trị", "In treatment";
        "died.court_declared" => "theo tuyên bố của Tòa án", "As declared by the Court";
        "expertise.technical" => "Giám định kỹ thuật", "Technical expertise";
        "expertise.forensic_medical" => "Giám định pháp y", "Forensic-medical expertise";
        "expertise.both" => "Giám định kỹ thuật và giám định pháp y", "Technical and forensic-medical expertise";
    }
}
