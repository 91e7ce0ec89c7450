// The names of the permissions' values, for codecs that handle all permissions alike.
#pragma once

#include "healer/model/policy/permissions.h"

namespace healer::policy {

inline constexpr const auto& values_of(NewPositions) { return kNewPositionsValues; }
inline constexpr const auto& values_of(Stops) { return kStopsValues; }
inline constexpr const auto& values_of(ExistingPositions) { return kExistingPositionsValues; }
inline constexpr const auto& values_of(Trading) { return kTradingValues; }

// One of the four permission types.
template <class T>
concept Permission = requires(T value) { values_of(value); };

}  // namespace healer::policy
