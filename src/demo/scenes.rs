//! How people get hurt, trade by trade.

use super::establishments::Trade;

/// One way to get hurt at work.
#[derive(Debug, Clone, Copy)]
pub struct Scene {
    /// What happened, as a declarant writes it.
    pub what: &'static str,
    /// Where on the spot.
    pub spot: &'static str,
    /// Injury factor of the online form.
    pub factor: &'static str,
    /// Main cause.
    pub cause: &'static str,
    /// Injuries of somebody seriously hurt, of the list of Decree 39/2016.
    pub injuries: &'static [&'static str],
    /// Occupation.
    pub occupation: &'static str,
}

impl Scene {
    /// Whether it can kill, or hurt several people badly.
    pub fn is_grave(&self) -> bool {
        self.injuries.iter().any(|code| {
            ["01", "02", "05", "06"]
                .iter()
                .any(|part| code.starts_with(part))
        })
    }
}

const fn scene(
    what: &'static str,
    spot: &'static str,
    factor: &'static str,
    cause: &'static str,
    injuries: &'static [&'static str],
    occupation: &'static str,
) -> Scene {
    Scene {
        what,
        spot,
        factor,
        cause,
        injuries,
        occupation,
    }
}

const STEEL: &[Scene] = &[
    scene(
        "Thép nóng văng khỏi giá cán trúng người đứng vận hành",
        "Giá cán số 3",
        "6",
        "1",
        &["052", "042"],
        "8121",
    ),
    scene(
        "Mã hàng thép hình tuột khỏi móc cầu trục khi đang nâng",
        "Gian cầu trục 20 tấn",
        "4",
        "3",
        &["043", "024"],
        "8121",
    ),
    scene(
        "Bị cuốn tay vào con lăn băng tải khi vệ sinh máy đang chạy",
        "Băng tải liệu lò",
        "5",
        "7",
        &["034"],
        "8121",
    ),
];
const QUARRY: &[Scene] = &[
    scene(
        "Đá lăn từ vách tầng khai thác xuống vị trí máy khoan",
        "Tầng khai thác +120",
        "7",
        "5",
        &["014", "023"],
        "8111",
    ),
    scene(
        "Máy xúc lật khi cạy đá treo trên tầng",
        "Gương khai thác phía Bắc",
        "7",
        "7",
        &["029", "0210"],
        "8111",
    ),
    scene(
        "Bị cuốn vào băng tải máy nghiền khi gỡ đá kẹt",
        "Trạm nghiền số 2",
        "5",
        "7",
        &["034", "031"],
        "8112",
    ),
];
const COAL: &[Scene] = &[
    scene(
        "Sập lở vách lò chợ khi đang chống giữ",
        "Lò chợ mức -80",
        "9",
        "6",
        &["023", "043"],
        "8111",
    ),
    scene(
        "Xe goòng trôi dốc va vào người đẩy xe",
        "Lò xuyên vỉa số 1",
        "5",
        "5",
        &["041", "0210"],
        "8111",
    ),
];
const GARMENT: &[Scene] = &[
    scene(
        "Bị kim và cơ cấu máy vắt sổ đâm dập ngón tay",
        "Chuyền may số 7",
        "5",
        "8",
        &["034"],
        "75",
    ),
    scene(
        "Kiện vải xếp cao đổ vào người soạn hàng",
        "Kho nguyên liệu",
        "7",
        "3",
        &["043"],
        "93",
    ),
    scene(
        "Bỏng hơi nước do vỡ ống dẫn của nồi hơi là",
        "Khu là hoàn thiện",
        "3",
        "1",
        &["052"],
        "75",
    ),
];
const ELECTRONICS: &[Scene] = &[
    scene(
        "Bị ép bàn tay trong máy dập khi lấy phôi kẹt",
        "Xưởng dập số 2",
        "5",
        "1",
        &["034", "033"],
        "8202",
    ),
    scene(
        "Xe nâng lùi va vào người đi bộ trong kho",
        "Kho thành phẩm",
        "03",
        "3",
        &["043"],
        "8202",
    ),
    scene(
        "Hít phải hơi dung môi khi vệ sinh bồn chứa",
        "Phòng mạ",
        "09",
        "2",
        &["066"],
        "8202",
    ),
];
const BUILDING: &[Scene] = &[
    scene(
        "Sập giàn giáo khi đang trát tường ngoài",
        "Tầng 3, mặt sau công trình",
        "8",
        "1",
        &["043", "029"],
        "7111",
    ),
    scene(
        "Ngã từ sàn thi công xuống hố thang máy không che chắn",
        "Hố thang máy, tầng 4",
        "8",
        "1",
        &["012", "0210"],
        "7111",
    ),
    scene(
        "Sạt taluy hố đào móng vùi lấp người bên dưới",
        "Hố móng trụ T2",
        "9",
        "5",
        &["023"],
        "7119",
    ),
    scene(
        "Điện giật khi hàn thép sàn lúc trời mưa",
        "Sàn tầng 2",
        "1",
        "8",
        &["054"],
        "7212",
    ),
];
const CEMENT: &[Scene] = &[
    scene(
        "Clinker nóng phụt ra cửa thăm khi thông tắc",
        "Tháp trao đổi nhiệt",
        "3",
        "5",
        &["052"],
        "8114",
    ),
    scene(
        "Chồng gạch mộc đổ vào người xếp goòng",
        "Nhà phơi số 1",
        "7",
        "3",
        &["041"],
        "8114",
    ),
];
const TIMBER: &[Scene] = &[
    scene(
        "Bị lưỡi cưa đĩa cắt vào bàn tay khi đẩy phôi ngắn",
        "Máy cưa đĩa số 1",
        "5",
        "8",
        &["034"],
        "75",
    ),
    scene(
        "Chồng gỗ tròn lăn xuống người cẩu gỗ",
        "Bãi gỗ tròn",
        "7",
        "3",
        &["0210", "043"],
        "75",
    ),
];
const HAULAGE: &[Scene] = &[
    scene(
        "Xe tải giao hàng va chạm với xe đầu kéo trên đường đi công tác",
        "Km 41, Quốc lộ 3",
        "03",
        "7",
        &["012", "023"],
        "8332",
    ),
    scene(
        "Ngã từ thùng xe khi bốc dỡ hàng",
        "Bãi trung chuyển",
        "7",
        "3",
        &["029"],
        "93",
    ),
];
const POWER: &[Scene] = &[
    scene(
        "Phóng điện khi leo cột thay sứ mà đường dây chưa cắt hết",
        "Cột 112, lộ 373",
        "1",
        "5",
        &["054"],
        "7413",
    ),
    scene(
        "Nước lũ cuốn khi vớt rác lưới chắn cửa nhận nước",
        "Cửa nhận nước",
        "15",
        "6",
        &["021"],
        "7413",
    ),
];
const TEA: &[Scene] = &[
    scene(
        "Bị cuốn tay vào máy vò chè khi máy chưa dừng hẳn",
        "Nhà chế biến",
        "5",
        "7",
        &["034"],
        "75",
    ),
    scene(
        "Cháy lò sao chè do rò gas",
        "Gian sao chè",
        "3",
        "1",
        &["052"],
        "75",
    ),
];
const RAILWAY: &[Scene] = &[scene(
    "Bị toa xe dồn ép khi móc nối đầu đấm",
    "Ga lập tàu, đường số 4",
    "5",
    "7",
    &["023", "0210"],
    "8312",
)];
const BARGES: &[Scene] = &[scene(
    "Sà lan chở cát nghiêng, người trên boong rơi xuống sông",
    "Bến cát bờ trái",
    "15",
    "6",
    &["021"],
    "8350",
)];
const GAS: &[Scene] = &[scene(
    "Rò khí tại khớp nối gây bùng cháy khi nạp bồn",
    "Trạm nạp số 1",
    "3",
    "5",
    &["052", "051"],
    "8131",
)];

/// Of people who work without a contract.
pub const WITHOUT_CONTRACT: &[(Scene, &str)] = &[
    (
        scene(
            "Máy cày tay lật trên nương, đè vào người lái",
            "Nương ngô sau thôn",
            "7",
            "7",
            &["023", "043"],
            "6111",
        ),
        "farmer",
    ),
    (
        scene(
            "Cây keo đổ trúng người khi khai thác rừng trồng",
            "Lô rừng keo xóm trên",
            "7",
            "7",
            &["014", "029"],
            "6210",
        ),
        "self_employed",
    ),
    (
        scene(
            "Ngã từ mái nhà khi đang lợp tôn cho hộ dân",
            "Nhà dân đang xây",
            "8",
            "8",
            &["029", "012"],
            "7111",
        ),
        "construction_crew",
    ),
    (
        scene(
            "Điện giật khi bơm nước tưới chè",
            "Trạm bơm đồi chè",
            "1",
            "1",
            &["054"],
            "6111",
        ),
        "farmer",
    ),
    (
        scene(
            "Bị máy thái sắn cuốn tay",
            "Sân nhà, cuối xóm",
            "5",
            "8",
            &["034"],
            "6111",
        ),
        "farmer",
    ),
    (
        scene(
            "Ngạt khí khi xuống nạo vét giếng",
            "Giếng khoan cũ",
            "16",
            "5",
            &["064"],
            "7119",
        ),
        "construction_crew",
    ),
    (
        scene(
            "Xe máy giao hàng va vào xe tải khi đang đi giao",
            "Ngã ba đầu xã",
            "03",
            "7",
            &["043"],
            "8321",
        ),
        "platform_worker",
    ),
    (
        scene(
            "Trượt ngã khi vận chuyển củi trên dốc",
            "Đường lâm nghiệp",
            "7",
            "9",
            &["043"],
            "6210",
        ),
        "cooperative_member",
    ),
];

/// Technical incidents.
pub const INCIDENTS: &[&str] = &[
    "Đứt cáp cầu trục khi nâng thử tải, không có người bị nạn.",
    "Van an toàn nồi hơi không làm việc, phải xả khẩn cấp và sơ tán xưởng.",
    "Sạt tầng bãi thải, vùi lấp một máy xúc không có người lái.",
    "Rò khí amoniac tại kho lạnh, sơ tán công nhân hai phân xưởng.",
    "Sụt lún móng trụ tháp cẩu, dừng thi công toàn công trường.",
];

/// The ways of a trade.
pub fn of(trade: Trade) -> &'static [Scene] {
    match trade {
        Trade::Steel => STEEL,
        Trade::Quarry => QUARRY,
        Trade::Coal => COAL,
        Trade::Garment => GARMENT,
        Trade::Electronics => ELECTRONICS,
        Trade::Building => BUILDING,
        Trade::Cement => CEMENT,
        Trade::Timber => TIMBER,
        Trade::Haulage => HAULAGE,
        Trade::Power => POWER,
        Trade::Tea => TEA,
        Trade::Railway => RAILWAY,
        Trade::Barges => BARGES,
        Trade::Gas => GAS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::establishments::ESTABLISHMENTS;

    #[test]
    fn every_trade_has_a_way_to_get_badly_hurt() {
        for establishment in ESTABLISHMENTS {
            let scenes = of(establishment.trade);
            assert!(scenes.iter().any(Scene::is_grave), "{}", establishment.name);
        }
        assert!(WITHOUT_CONTRACT.iter().any(|(scene, _)| scene.is_grave()));
    }
}
