//! Where a case stands (`accidents.md` 7.2).

use crate::{domain::declaration::DeclarantRole, named};

named! {
    /// State of a case.
    pub enum CaseStatus {
        /// Đã nhận tin báo.
        Noticed = "NOTICED",
        /// Bản nháp khai báo; without legal effect.
        Draft = "DRAFT",
        /// Đã khai báo.
        Declared = "DECLARED",
        /// Đã tiếp nhận.
        Received = "RECEIVED",
        /// Chuyển cơ quan có thẩm quyền: the other authority takes it on from here; terminal where it
        /// has no queue here.
        Transferred = "TRANSFERRED",
        /// Đã phân loại.
        Classified = "CLASSIFIED",
        /// Đã lập biên bản ghi nhận.
        CommuneRecorded = "COMMUNE_RECORDED",
        /// Cử người đến hiện trường.
        SceneResponse = "SCENE_RESPONSE",
        /// Đã thành lập Đoàn điều tra.
        TeamFormed = "TEAM_FORMED",
        /// Đang điều tra.
        Investigating = "INVESTIGATING",
        /// Chờ ý kiến Cảnh sát điều tra.
        PoliceOpinionPending = "POLICE_OPINION_PENDING",
        /// Tạm dừng điều tra.
        Suspended = "SUSPENDED",
        /// Đã kiến nghị khởi tố.
        ProsecutionRecommended = "PROSECUTION_RECOMMENDED",
        /// Đã khởi tố vụ án hình sự.
        CriminalCase = "CRIMINAL_CASE",
        /// Đã nhận bàn giao từ cơ quan điều tra.
        ReturnedByPolice = "RETURNED_BY_POLICE",
        /// Đã lập biên bản điều tra.
        MinutesDrafted = "MINUTES_DRAFTED",
        /// Đã công bố biên bản.
        Announced = "ANNOUNCED",
        /// Đã gửi biên bản.
        Dispatched = "DISPATCHED",
        /// Đã niêm yết công khai.
        Posted = "POSTED",
        /// Theo dõi thực hiện kiến nghị, chế độ.
        FollowUp = "FOLLOW_UP",
        /// Có khiếu nại, tố cáo.
        Complained = "COMPLAINED",
        /// Điều tra lại.
        Reinvestigating = "REINVESTIGATING",
        /// Đã kết thúc.
        Closed = "CLOSED",
        /// Lưu trữ.
        Archived = "ARCHIVED",
        /// Không phải tai nạn lao động: by conclusion (iii), then sent and closed, or withdrawn.
        NotWorkAccident = "NOT_WORK_ACCIDENT",
        /// Trùng vụ.
        Duplicate = "DUPLICATE",
    }
}

impl CaseStatus {
    /// Where a case begins: a notice by family, witness, worker, police or hospital waits for the employer's or
    /// the commune's declaration.
    pub fn first(role: DeclarantRole) -> Self {
        match role {
            DeclarantRole::Employer | DeclarantRole::Commune => Self::Declared,
            DeclarantRole::Family
            | DeclarantRole::Witness
            | DeclarantRole::Worker
            | DeclarantRole::Police
            | DeclarantRole::Hospital => Self::Noticed,
        }
    }

    /// Whether people can still be sent to the scene: nobody was, and there are no minutes yet. Only
    /// then does K2 start.
    pub fn awaits_scene(self) -> bool {
        matches!(
            self,
            Self::Noticed
                | Self::Declared
                | Self::Transferred
                | Self::Received
                | Self::Classified
                | Self::TeamFormed
                | Self::Investigating
        )
    }

    /// Whether an authority has taken the case in hand: more than told of it.
    pub fn is_in_hand(self) -> bool {
        !matches!(self, Self::Noticed | Self::Declared)
    }

    /// Whether the file lies with the police, and the team writes nothing (D39 Art. 20.2–20.4).
    pub fn is_with_the_police(self) -> bool {
        matches!(self, Self::ProsecutionRecommended | Self::CriminalCase)
    }

    /// A case in this state has always ended. (Those that [`Self::may_have_ended`] are both: see
    /// `closed_at`.)
    pub fn is_final(self) -> bool {
        matches!(self, Self::Closed | Self::Archived | Self::Duplicate)
    }

    /// A case in this state has ended, or not.
    pub fn may_have_ended(self) -> bool {
        matches!(self, Self::NotWorkAccident | Self::Transferred)
    }
}
