// What an action is expected to do and what it risks, for operators who read a recommendation.
#pragma once

#include <string_view>

namespace healer::actions {

struct Info {
  // The switch of healer.yml without which it never starts by itself.
  enum class Switch { kNone, kAutoRestart, kAutoPause };

  std::string_view action;
  std::string_view expected;
  std::string_view risk;
  Switch automatic_by = Switch::kNone;
};

// Generic texts for an unknown action.
const Info& info(std::string_view action);

}  // namespace healer::actions
