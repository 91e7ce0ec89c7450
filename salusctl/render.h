// The healer's documents as text for a terminal.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace healer::salusctl {

// Columns padded to their widest cell, two spaces between them; the first row is the heading.
std::string table(const std::vector<std::vector<std::string>>& rows);

std::string render_incidents(const nlohmann::json& incidents);
std::string render_incident(const nlohmann::json& incident);
std::string render_approvals(const nlohmann::json& approvals);
std::string render_recommendations(const nlohmann::json& recommendations);
// One line of an incident's timeline.
std::string render_timeline_entry(const nlohmann::json& entry);
// Whether the incident has ended: the healer does nothing more about it.
bool has_ended(const nlohmann::json& incident);
std::string render_playbooks(const nlohmann::json& playbooks);
std::string render_policy(const nlohmann::json& policy);
// `chain` and `health` are null if they could not be read.
std::string render_status(const nlohmann::json& policy, const nlohmann::json& chain,
                          const nlohmann::json& health, const nlohmann::json& pause,
                          const nlohmann::json& incidents);
// The result of a test message for each notifier.
std::string render_notifier_test(const nlohmann::json& results);

}  // namespace healer::salusctl
