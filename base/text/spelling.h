// Suggests a known word for a misspelt one.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace base {

// " (did you mean "receive"?)" with the nearest of `known`; empty when none is close.
std::string did_you_mean(std::string_view word, std::initializer_list<std::string_view> known);
std::string did_you_mean(std::string_view word, std::span<const std::string_view> known);

}  // namespace base
