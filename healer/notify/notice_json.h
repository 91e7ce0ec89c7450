// A notice as JSON: the format of the outbox and of the generic webhook.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "healer/model/notice.h"
#include "healer/notify/config.h"
#include "healer/notify/notifier.h"

namespace healer::notify {

// The whole notice in one line; its time has milliseconds.
std::string encode(const Notice& notice);
// Unknown keys are ignored; a missing required key is an error.
base::Result<Notice> decode(std::string_view text);

// The format is in docs/notifications.md. Secrets are masked, except in links.
std::string webhook_body(const Notice& notice, const Wording& wording);

// [{"notifier":…,"outcome":"delivered|retry|refused","error":…}]
std::string test_json(const std::vector<std::pair<std::string, Delivery>>& results);

}  // namespace healer::notify
