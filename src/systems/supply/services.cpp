#include "systems/supply/services.h"

namespace tx::supply {
namespace {

// Specialty codes 01..23 (rules §4.4) are bits 1..23 of a skills mask.
constexpr std::uint64_t skill(int code) { return std::uint64_t{1} << code; }

constexpr ServiceType kTypes[] = {
    {"companion", "companion", "0017", true, false, false, 0, 60},
    {"housework", "housework", "0001", true, false, false, 0, 90},
    {"meal", "meal", "0001", true, false, false, 0, 30},
    {"shopping", "shopping", "0001", false, false, false, 0, 45},
    {"medical_escort", "medical", "0004", false, false, false, 0, 180},
    {"repair", "repair", "0001", true, false, false, skill(9), 60},
    {"haircut", "haircut", "0001", true, false, false, 0, 45},
    {"digital_help", "digital", "0007", false, false, false, skill(5), 60},
    {"health_check", "health", "0004", false, false, true, skill(1) | skill(19), 60},
    {"law_advice", "law", "0005", false, false, true, skill(4), 60},
    {"tutoring", "tutoring", "0003", false, true, false, skill(8), 90},
    {"child_company", "children", "0017", false, true, false, 0, 120},
    {"counselling", "mind", "0017", false, false, false, skill(18), 60},
    {"transport", "transport", "0001", false, false, false, skill(3), 60},
    {"translation", "translation", "0017", false, false, false, 0, 60},
    {"environment", "environment", "0006", false, false, false, 0, 120},
    {"safety", "safety", "0009", false, false, false, 0, 60},
    {"other", "other", "0099", false, false, false, 0, 60},
};

}  // namespace

std::span<const ServiceType> service_types() { return kTypes; }
const ServiceType* service_type(std::string_view id) {
  for (const auto& type : kTypes)
    if (type.id == id) return &type;
  return nullptr;
}

}  // namespace tx::supply
