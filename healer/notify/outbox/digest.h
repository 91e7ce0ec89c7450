// Many notices in one message.
#pragma once

#include <span>

#include "healer/model/notice.h"

namespace healer::notify {

// The number of notices of each kind, and the titles with the highest weight, the newest first among equals.
Notice digest(std::span<const Notice> notices, base::WallTime now);

// Whether notices of this kind are sent one by one, never in a digest: an operator has to answer them or read
// them in full.
bool stands_alone(Notice::Kind kind);

}  // namespace healer::notify
