// The service types of the picture menu, as data: icon, national category code (rules §4.3), what safeguarding applies.
// Names are catalogue keys service.<id>; hints service.<id>.hint.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

namespace tx::supply {

struct ServiceType {
  std::string_view id;         // "meal"
  std::string_view icon;       // symbol in web/icons
  std::string_view category;   // national code of 服务类别
  bool at_home = false;        // helper enters a home: two helpers, or one who is identified and checked
  bool minors = false;         // for children: checked adults only, never one alone
  bool licensed = false;       // the skill counts only with a valid paper (Regulation art. 16)
  std::uint64_t skills = 0;    // bits of the specialties dictionary that a helper needs (any of them)
  int usual_minutes = 60;
};

std::span<const ServiceType> service_types();
const ServiceType* service_type(std::string_view id);

}  // namespace tx::supply
