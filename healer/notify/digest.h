// Many notices in one message.
#pragma once

#include <span>

#include "healer/notice.h"

namespace healer::notify {

// How many of each kind, and the titles that weigh most, the newest first among equals.
Notice digest(std::span<const Notice> notices, base::WallTime now);

// Whether it must reach people as itself, since they are to answer it or to read all of it.
bool stands_alone(Notice::Kind kind);

}  // namespace healer::notify
