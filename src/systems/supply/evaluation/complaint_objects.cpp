#include "systems/supply/complaint_objects.h"

#include <map>

namespace tx::supply {
namespace {

std::map<std::string, ComplaintObjects>& registered() {
  static std::map<std::string, ComplaintObjects> all;
  return all;
}

}  // namespace

void add_complaint_objects(std::string prefix, ComplaintObjects objects) { registered()[std::move(prefix)] = std::move(objects); }
void forget_complaint_objects() { registered().clear(); }
const ComplaintObjects* complaint_objects(const std::string& prefix) {
  const auto found = registered().find(prefix);
  return found == registered().end() ? nullptr : &found->second;
}

}  // namespace tx::supply
