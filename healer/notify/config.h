// Reads `notifiers`, `notifications` and `templates` of healer.yml.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/yaml/yaml.h"
#include "healer/config/notify_config.h"

namespace healer {

std::vector<NotifierConfig> read_notifiers(const base::yaml::Node& node);
NotificationsConfig read_notifications(const base::yaml::Node& node);
std::map<Notice::Kind, std::string> read_templates(const base::yaml::Node& node);

}  // namespace healer
