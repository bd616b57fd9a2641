//! What to do after an accident, by the kind of worker. `{n}` is a number of the law's dated rows; the articles stand beside
//! the steps (`web::help`).

crate::catalogue! {
    TITLE => "Khi xảy ra tai nạn thì làm gì", "What to do after an accident";
    LEAD => "Cứu người trước, báo tin ngay, giữ hiện trường. Những việc còn lại tùy người bị nạn làm việc theo hình thức nào.", "Save people first, report at once, leave the scene as it is. What else is to be done depends on how the victim works.";
    WHICH => "Người bị nạn làm việc thế nào?", "How does the victim work?";
    OTHER_KINDS => "Trường hợp khác", "Other cases";
    BASIS => "Căn cứ", "Basis";
    DAY_NOTE => "Thời hạn theo quy định có hiệu lực ngày {day}. Đây là tóm tắt để hành động nhanh, không thay cho văn bản luật.", "Limits as in force on {day}. This is a summary for acting quickly; it does not replace the law.";

    CONTRACT => "Có hợp đồng lao động", "With a labour contract";
    NO_CONTRACT => "Không có hợp đồng lao động", "Without a labour contract";
    INSURED => "Không có hợp đồng, có bảo hiểm tai nạn tự nguyện", "Without a contract, voluntarily insured";
    LEASED => "Lao động thuê lại", "Leased worker";
    TRAFFIC => "Tai nạn giao thông khi đi làm, đi công tác", "Traffic accident on the way to work or on duty";
    ABROAD => "Làm việc ở nước ngoài", "Working abroad";
    DISEASE => "Bệnh nghề nghiệp", "Occupational disease";

    RESCUE => "Gọi 115, sơ cứu, đưa người bị nạn đi cấp cứu. Người sử dụng lao động tạm ứng chi phí.", "Call 115, give first aid, bring the victim to hospital. The employer advances the costs.";
    RESCUE_ANYBODY => "Gọi 115, sơ cứu, đưa người bị nạn đi cấp cứu.", "Call 115, give first aid, bring the victim to hospital.";
    TELL_EMPLOYER => "Người bị nạn hoặc người biết việc báo ngay cho người phụ trách trực tiếp và người sử dụng lao động.", "The victim or whoever knows tells the supervisor and the employer at once.";
    KEEP_SCENE => "Giữ nguyên hiện trường vụ tai nạn chết người hoặc nặng. Buộc phải xáo trộn để cứu người thì vẽ lại sơ đồ, lập biên bản, chụp ảnh.", "Leave the scene of a fatal or serious accident as it is. Where rescue disturbs it: redraw the sketch, write minutes, take photographs.";
    EMPLOYER_DECLARES => "Có người chết hoặc từ hai người bị thương nặng: người sử dụng lao động khai báo ngay với cơ quan quản lý nhà nước về lao động cấp tỉnh nơi xảy ra tai nạn; có người chết thì đồng thời báo công an.", "A death, or two or more badly hurt: the employer declares at once to the labour authority of the province; on a death to the police as well.";
    FACILITY_TEAM => "Một người bị thương nặng: Đoàn điều tra cấp cơ sở công bố biên bản trong {n} ngày kể từ khi nhận tin.", "One person badly hurt: the establishment's team announces its minutes within {n} days of the notice.";
    LIGHT_TEAM => "Tai nạn nhẹ: Đoàn điều tra cấp cơ sở công bố biên bản trong {n} ngày.", "A light accident: the establishment's team announces its minutes within {n} days.";
    PROVINCE_MULTI => "Từ hai người bị thương nặng: Đoàn điều tra cấp tỉnh công bố biên bản trong {n} ngày.", "Two or more badly hurt: the provincial team announces its minutes within {n} days.";
    PROVINCE_FATAL => "Có người chết: Đoàn điều tra cấp tỉnh công bố biên bản trong {n} ngày; cơ quan công an cùng điều tra ban đầu.", "A death: the provincial team announces its minutes within {n} days; the police take part in the first investigation.";
    DECIDE_BENEFITS => "Người sử dụng lao động ra quyết định bồi thường hoặc trợ cấp trong {n} ngày làm việc kể từ khi có biên bản giám định hoặc từ cuộc họp công bố biên bản.", "The employer decides on compensation or allowance within {n} working days of the medical assessment or of the announcement of the minutes.";
    PAY_BENEFITS => "Tiền bồi thường hoặc trợ cấp được trả một lần trong {n} ngày kể từ quyết định.", "Compensation or allowance is paid at once within {n} days of the decision.";
    COMPLAIN => "Không đồng ý với biên bản: có {n} ngày kể từ khi công bố để khiếu nại, tố cáo.", "Whoever does not agree with the minutes has {n} days from their announcement to complain.";
    FAMILY_TELLS => "Có người chết hoặc bị thương nặng: gia đình hoặc người phát hiện báo ngay cho Ủy ban nhân dân xã, phường nơi xảy ra tai nạn.", "A death or a serious injury: the family or whoever finds out tells the commune of the place at once.";
    COMMUNE_TELLS => "Có người chết hoặc từ hai người bị thương nặng: Ủy ban nhân dân xã báo ngay cho công an và cơ quan quản lý nhà nước về lao động cấp tỉnh.", "A death, or two or more badly hurt: the commune tells the police and the labour authority of the province at once.";
    COMMUNE_RECORDS => "Một người bị thương nặng: Ủy ban nhân dân xã lập biên bản ghi nhận sự việc. Luật không ấn định số ngày; hệ thống nhắc sau {n} ngày.", "One person badly hurt: the commune writes a record of the event. The law names no number of days; this service reminds after {n}.";
    POSTED => "Ủy ban nhân dân xã niêm yết công khai kết quả để mọi người biết.", "The commune posts the result in public.";
    QUICK_REPORT => "Ủy ban nhân dân xã lập báo cáo nhanh theo mẫu dành cho người có bảo hiểm tai nạn tự nguyện.", "The commune writes the quick report on the form for the voluntarily insured.";
    INSURED_TEAM => "Một người bị thương nặng: Đoàn điều tra cấp cơ sở do Ủy ban nhân dân xã thành lập công bố biên bản trong {n} ngày.", "One person badly hurt: a team formed by the commune announces its minutes within {n} days.";
    ASK_INSURER => "Giữ giấy tờ điều trị và biên bản để nộp cho cơ quan bảo hiểm xã hội.", "Keep the papers of the treatment and the minutes for the social insurance.";
    USER_DECLARES => "Bên thuê lại lao động sơ cứu, khai báo như đối với người lao động của mình, và thành lập đoàn điều tra.", "The user enterprise gives first aid, declares as for its own workers, and forms the team.";
    TELL_LESSOR => "Bên thuê lại mời doanh nghiệp cho thuê lại tham gia đoàn điều tra.", "The user enterprise has the leasing firm take part in the team.";
    LESSOR_PAYS => "Doanh nghiệp cho thuê lại lao động trả bồi thường, trợ cấp và báo cáo định kỳ.", "The leasing firm pays compensation and allowance and files the periodic reports.";
    TRAFFIC_TELLS => "Báo công an giao thông hoặc công an xã nơi xảy ra, và báo ngay cho người sử dụng lao động.", "Tell the traffic police or the commune police of the place, and the employer at once.";
    TRAFFIC_PROOF => "Xin một trong các giấy tờ: hồ sơ của cảnh sát giao thông, xác nhận của công an xã hoặc của chính quyền nơi xảy ra tai nạn.", "Ask for one of: the file of the traffic police, a confirmation by the commune police, or one by the authorities of the place.";
    TRAFFIC_RIGHTS => "Do lỗi của người khác hoặc không xác định được người gây tai nạn: người sử dụng lao động vẫn trả trợ cấp.", "Where somebody else is at fault or unknown, the employer still pays the allowance.";
    ABROAD_TELLS => "Người bị nạn hoặc người cùng làm báo ngay cho người sử dụng lao động.", "The victim or a colleague tells the employer at once.";
    ABROAD_DECLARES => "Có người chết hoặc từ hai người bị thương nặng: người sử dụng lao động khai báo trong {n} ngày làm việc với cơ quan quản lý nhà nước về lao động cấp tỉnh nơi đặt trụ sở chính.", "A death, or two or more badly hurt: the employer declares within {n} working days to the labour authority of the province of its head office.";
    ABROAD_DOSSIER => "Gửi hồ sơ trong {n} ngày kể từ khi nước ngoài kết thúc điều tra; giấy tờ nước ngoài phải được dịch và chứng thực.", "Send the dossier within {n} days of the end of the foreign investigation; foreign papers need a certified translation.";
    DISEASE_EXAM => "Khám phát hiện tại cơ sở khám bệnh nghề nghiệp. Đây không phải là vụ tai nạn: cơ quan y tế giải quyết.", "Be examined at an occupational-disease clinic. This is no accident case: the health authority deals with it.";
    DISEASE_DECLARES => "Người sử dụng lao động khai báo bệnh nghề nghiệp, hoàn thiện hồ sơ và giới thiệu đi giám định.", "The employer declares the disease, completes the file and refers the worker to assessment.";
    DISEASE_REPORT => "Mọi người lao động bị bệnh nghề nghiệp đều được thống kê, báo cáo.", "Every worker with an occupational disease is counted and reported.";
    DISEASE_INVESTIGATION => "Người lao động được yêu cầu điều tra bệnh nghề nghiệp khi chưa được giải quyết.", "A worker whose claim is not settled may ask for an investigation of the disease.";
    REPORT_HERE => "Báo tai nạn ngay", "Report an accident now";
}
