// A notice as JSON: how the outbox keeps it, and what a webhook of the operator's own gets.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "healer/notice.h"
#include "healer/notify/config.h"
#include "healer/notify/notifier.h"

namespace healer::notify {

// All of it, in one line; the time to the millisecond.
std::string encode(const Notice& notice);
// Keys that it does not know are left; one that it needs and does not find is an error.
base::Result<Notice> decode(std::string_view text);

// docs/notifications.md describes it. No secret in it but the links'.
std::string webhook_body(const Notice& notice, const Wording& wording);

// [{"notifier":…,"outcome":"delivered|retry|refused","error":…}]
std::string test_json(const std::vector<std::pair<std::string, Delivery>>& results);

}  // namespace healer::notify
