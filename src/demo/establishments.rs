//! Invented establishments with tax codes that belong to nobody: no province has the prefix 99.

use serde_json::{Value, json};

use crate::domain::validators;

/// What an establishment does; decides how people get hurt there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trade {
    /// Steel and castings.
    Steel,
    /// Stone and ore.
    Quarry,
    /// Coal.
    Coal,
    /// Clothes.
    Garment,
    /// Electronics.
    Electronics,
    /// Buildings and roads.
    Building,
    /// Cement and bricks.
    Cement,
    /// Timber and furniture.
    Timber,
    /// Lorries.
    Haulage,
    /// Electricity.
    Power,
    /// Tea.
    Tea,
    /// Railway.
    Railway,
    /// Sand barges.
    Barges,
    /// Gas depot.
    Gas,
}

/// An establishment.
#[derive(Debug, Clone, Copy)]
pub struct Establishment {
    /// Name.
    pub name: &'static str,
    /// Trade.
    pub trade: Trade,
    /// Industry, in the classifications of 2018 and of 2025.
    pub industry: &'static str,
    /// Commune until 30 June 2025; today's follows from it.
    pub commune: &'static str,
    /// Workers.
    pub headcount: u32,
    /// Of them women, in a hundred.
    pub women_percent: u32,
}

const fn of(
    name: &'static str,
    trade: Trade,
    industry: &'static str,
    commune: &'static str,
    headcount: u32,
    women_percent: u32,
) -> Establishment {
    Establishment {
        name,
        trade,
        industry,
        commune,
        headcount,
        women_percent,
    }
}

use Trade::{
    Barges, Building, Cement, Coal, Electronics, Garment, Gas, Haulage, Power, Quarry, Railway,
    Steel, Tea, Timber,
};

/// Every establishment of the demo.
pub const ESTABLISHMENTS: &[Establishment] = &[
    of(
        "Công ty CP Cán thép Lưu Xá Mới",
        Steel,
        "24100",
        "05470",
        640,
        12,
    ),
    of(
        "Công ty TNHH Đúc gang Núi Cốc",
        Steel,
        "24310",
        "05473",
        180,
        10,
    ),
    of(
        "Công ty CP Cơ khí Sông Công Xanh",
        Steel,
        "25920",
        "05518",
        320,
        18,
    ),
    of(
        "Công ty TNHH Phôi thép Bách Quang",
        Steel,
        "24100",
        "05528",
        210,
        9,
    ),
    of(
        "Công ty CP Khai thác đá La Hiên Sáng",
        Quarry,
        "08101",
        "05740",
        74,
        8,
    ),
    of(
        "Công ty TNHH Đá vôi Quang Sơn Hồng",
        Quarry,
        "08101",
        "05674",
        58,
        10,
    ),
    of(
        "Công ty CP Khoáng sản Trại Cau Vàng",
        Quarry,
        "07100",
        "05662",
        145,
        14,
    ),
    of(
        "Công ty TNHH Mỏ đá Mỹ Thanh Bình",
        Quarry,
        "08101",
        "02011",
        46,
        7,
    ),
    of(
        "Công ty CP Chì kẽm Chợ Đồn Xanh",
        Quarry,
        "07299",
        "02035",
        190,
        13,
    ),
    of(
        "Công ty CP Than Phấn Mễ Nam",
        Coal,
        "05100",
        "05629",
        410,
        11,
    ),
    of(
        "Công ty TNHH Than Làng Cẩm Đông",
        Coal,
        "05100",
        "05812",
        230,
        9,
    ),
    of(
        "Công ty CP May Phú Bình Xuân",
        Garment,
        "14100",
        "05908",
        1250,
        82,
    ),
    of(
        "Công ty TNHH May Đại Từ Thắng Lợi Mới",
        Garment,
        "14100",
        "05821",
        860,
        84,
    ),
    of(
        "Công ty TNHH May xuất khẩu Na Rì",
        Garment,
        "14100",
        "02155",
        340,
        80,
    ),
    of(
        "Công ty TNHH Linh kiện Điềm Thụy Sao",
        Electronics,
        "26190",
        "05941",
        2300,
        61,
    ),
    of(
        "Công ty TNHH Điện tử Yên Bình Ngân",
        Electronics,
        "26190",
        "05878",
        5200,
        64,
    ),
    of(
        "Công ty TNHH Vi mạch Hồng Tiến Á",
        Electronics,
        "26190",
        "05869",
        980,
        58,
    ),
    of(
        "Công ty CP Xây dựng Bắc Thái Việt",
        Building,
        "41010",
        "05449",
        160,
        9,
    ),
    of(
        "Công ty TNHH Xây lắp Đồng Quang Phát",
        Building,
        "41020",
        "05458",
        95,
        7,
    ),
    of(
        "Công ty CP Cầu đường Việt Bắc Thịnh Phát",
        Building,
        "42102",
        "05437",
        280,
        8,
    ),
    of(
        "Công ty TNHH Xây dựng Phổ Yên An Cư",
        Building,
        "41010",
        "05860",
        120,
        10,
    ),
    of(
        "Công ty TNHH Xây dựng Ba Bể Xanh",
        Building,
        "41010",
        "01900",
        52,
        11,
    ),
    of(
        "Công ty CP Xi măng Núi Voi Trắng",
        Cement,
        "23941",
        "05659",
        370,
        15,
    ),
    of(
        "Công ty TNHH Gạch Tuynel Cao Ngạn Hồng",
        Cement,
        "23920",
        "05695",
        88,
        32,
    ),
    of(
        "Công ty CP Ván dăm Chợ Mới",
        Timber,
        "16210",
        "02086",
        175,
        28,
    ),
    of(
        "Công ty TNHH Nội thất gỗ Sông Cầu Việt",
        Timber,
        "31010",
        "05566",
        64,
        21,
    ),
    of(
        "Xưởng xẻ gỗ Bạch Thông Phú",
        Timber,
        "16101",
        "02014",
        18,
        16,
    ),
    of(
        "Công ty TNHH Vận tải Thịnh Đán Xa",
        Haulage,
        "49331",
        "05455",
        130,
        6,
    ),
    of(
        "Công ty CP Logistics Ba Xuyên",
        Haulage,
        "49331",
        "05533",
        205,
        12,
    ),
    of(
        "Công ty CP Lưới điện Hồ Núi Cốc",
        Power,
        "351",
        "05452",
        240,
        10,
    ),
    of(
        "Công ty TNHH Thuỷ điện nhỏ Nặm Cắt",
        Power,
        "351",
        "01984",
        37,
        8,
    ),
    of(
        "Hợp tác xã Chè Tân Cương Hương Núi",
        Tea,
        "10760",
        "05503",
        62,
        66,
    ),
    of("Công ty CP Chè La Bằng Mây", Tea, "10760", "05815", 115, 63),
    of(
        "Xí nghiệp Đường sắt Quan Triều Bắc",
        Railway,
        "49120",
        "05431",
        150,
        14,
    ),
    of(
        "Công ty TNHH Cát sỏi Sông Cầu Trong",
        Barges,
        "50220",
        "05713",
        29,
        5,
    ),
    of(
        "Công ty CP Kho khí Trung Thành Lửa Xanh",
        Gas,
        "352",
        "05899",
        48,
        9,
    ),
];

impl Establishment {
    /// Its tax code: the first with a good check digit in a range of its own.
    pub fn tax_code(&self) -> String {
        let at = ESTABLISHMENTS
            .iter()
            .position(|other| other.name == self.name)
            .unwrap_or_default();
        let first = 990_100_000 + at * 1000;
        (first..first + 1000)
            .flat_map(|stem| (0..10).map(move |digit| format!("{stem}{digit}")))
            .find_map(|code| validators::tax_code(&code))
            .expect("ten of eleven stems have a check digit")
    }

    /// As a declaration writes it; `whole` with everything that the legal form asks for.
    pub fn written(&self, place: &str, phone: &str, whole: bool) -> Value {
        let mut written = json!({ "name": self.name, "tax_code": self.tax_code() });
        if whole {
            written["address"] = json!(place);
            written["industry_code"] = json!(self.industry);
            written["establishment_type_code"] = json!("05");
            written["headcount"] = json!(self.headcount);
            written["female_headcount"] = json!(self.headcount * self.women_percent / 100);
            written["phone"] = json!(phone);
        }
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tax_code_is_good_of_the_unused_range_and_its_own() {
        let codes: std::collections::BTreeSet<String> =
            ESTABLISHMENTS.iter().map(Establishment::tax_code).collect();
        assert_eq!(codes.len(), ESTABLISHMENTS.len());
        for code in codes {
            assert!(code.starts_with("99"), "{code}");
            assert_eq!(validators::tax_code(&code), Some(code));
        }
    }
}
