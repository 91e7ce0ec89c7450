#include "healer/config/target_name.h"

namespace healer::actions {

std::string fill_in(std::string text, std::string_view name) {
  for (auto at = text.find(kTargetName); at != std::string::npos; at = text.find(kTargetName, at)) {
    text.replace(at, kTargetName.size(), name);
    at += name.size();
  }
  return text;
}

}  // namespace healer::actions
