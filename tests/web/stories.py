"""What invented patients answer; a test changes what its sentence is about."""

from collections.abc import Mapping
from types import MappingProxyType

_URGENT = (
    "rf_stroke head_neck_new rf_cardiac rf_breathless_chest sudden_severe_pain abs_acute_illness "
    "rf_ces_saddle rf_ces_bladder rf_ces_bowel leg_signs limb_any dark_blood_any skin_any rf_major_trauma"
)
_REST = (
    "organ_any rf_ces_sexual myo_referred myo_not_mechanical myo_skin_touch myo_joint myo_weak_numb "
    "rf_weight_loss rf_night_pain rf_night_sweats rf_lump pain_worsening_weekly "
    "abs_diagnosis_pending pre_cancer_history "
    "pre_anticoagulant pre_antiplatelet takes_medicines immune_any bleeding_any heart_any lung_any nerve_any "
    "bone_any illness_any operation_ever allergy_any pre_fainting pre_communication pre_alcohol_drugs "
    "private_any"
)

#: Asha, 38: a low back ache for six weeks, nothing else.
ASHA: Mapping[str, object] = MappingProxyType(
    {
        **dict.fromkeys((_URGENT + " " + _REST).split(), "no"),
        "filling_in": "self",
        "consent_data": "agree",
        "full_name": "Asha Invented",
        "date_of_birth": "1988-03-15",
        "phone": "555 0100",
        "last_needling": "never",
        "pregnancy_status": "no",
        "pain_regions": ["reg-low-back-spine:left"],
        "duration_number": 6,
        "duration_unit": "weeks",
        "onset": "gradual",
        "pain_pattern": "comes_goes",
        "pain_words": ["d-aching", "d-tight"],
        "pain_worse_with": ["sitting"],
        "pain_eased_by": ["warmth"],
        "nprs_now": 4,
        "nprs_worst": 6,
        "nprs_best": 0,
        "peg_pain": 4,
        "peg_enjoyment": 3,
        "peg_activity": 5,
        "psfs_count": "1",
        "psfs_1_activity": "Put on shoes",
        "psfs_1_score": 5,
        "myo_press_reproduces": "yes",
        "myo_knot_felt": "yes",
        "needle_willing": "yes",
        "needle_fear": "not",
        "previous_treatments": ["none"],
        "goals": "To garden again",
        "declaration": "agree",
        "typed_name": "Asha Invented",
    }
)
