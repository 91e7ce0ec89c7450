// The name of the target, which is declared. Nothing else of an alert reaches an action's parameters.
#pragma once

#include <string>
#include <string_view>

namespace healer::actions {

inline constexpr std::string_view kTargetName = "{{target}}";

// Every {{target}} of `text` replaced by `name`, once.
std::string fill_in(std::string text, std::string_view name);

}  // namespace healer::actions
