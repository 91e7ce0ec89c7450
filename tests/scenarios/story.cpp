#include "tests/scenarios/story.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "base/text/duration.h"

namespace tests {
namespace {

using std::chrono::seconds;

base::Duration duration(const std::string& text) {
  const auto parsed = base::parse_duration(text == "0s" ? "0" : text);
  if (!parsed) throw std::runtime_error(parsed.error().message);
  return *parsed;
}

// name and label=value words, as the alert's labels; `starts=` is none of them.
healer::Labels labels_of(const std::vector<std::string>& words,
                         std::optional<base::Duration>* starts = nullptr) {
  healer::Labels labels{{"alertname", words.at(1)}, {"severity", "critical"}};
  bool demands_policy = false;
  for (std::size_t i = 2; i < words.size(); ++i) {
    const std::size_t equals = words[i].find('=');
    if (equals == std::string::npos) throw std::runtime_error("\"" + words[i] + "\" is no label=value");
    const std::string name = words[i].substr(0, equals);
    const std::string value = words[i].substr(equals + 1);
    if (name == "starts") {
      if (starts != nullptr) *starts = duration(value);
      continue;
    }
    demands_policy = demands_policy || name == "policy";
    labels[name] = value;
  }
  if (!demands_policy) labels.emplace("heal", "restart_container");
  return labels;
}

Effect effect_of(const std::string& word) {
  using enum Effect::Kind;
  if (word == "helps") return {kHelps, {}};
  if (word == "useless") return {kUseless, {}};
  if (word == "fails") return {kFails, {}};
  if (word == "exits") return {kExits, {}};
  if (word.starts_with("relapses(") && word.ends_with(")"))
    return {kRelapses, duration(word.substr(9, word.size() - 10))};
  throw std::runtime_error("\"" + word + "\" is no effect");
}

// A setting holds for the playbook that was named last.
void set(healer::Config& config, const std::vector<std::string>& words) {
  const std::string& value = words.at(1);
  if (words[0] == "playbook") {
    config.playbooks.push_back(config.playbooks.front());
    config.playbooks.back().name = value;
    config.playbooks.back().accepts = {words.begin() + 2, words.end()};
    return;
  }
  if (words[0] == "subsystem") {
    config.inventory.subsystems.push_back({.name = value,
                                           .purpose = "",
                                           .trading = "critical",
                                           .cadence = "critical",
                                           .container = words.at(2),
                                           .depends_on = {words.begin() + 3, words.end()}});
    return;
  }
  if (words[0] == "startup_grace") {
    config.guards.startup_grace = duration(value);
    return;
  }
  if (words[0] == "storm_share") {
    config.guards.storm.share = std::stod(value);
    return;
  }
  if (words[0] == "actions_per_hour") {
    config.guards.actions_per_hour = std::stoi(value);
    return;
  }
  healer::Playbook& playbook = config.playbooks.back();
  if (words[0] == "on_crash") {
    playbook.on_crash = value == "retry"          ? healer::OnCrash::kRetry
                        : value == "never_repeat" ? healer::OnCrash::kNeverRepeat
                                                  : healer::OnCrash::kVerify;
  } else if (words[0] == "attempts") {
    playbook.attempts = std::stoi(value);
  } else if (words[0] == "cooldown") {
    playbook.cooldown = duration(value);
  } else if (words[0] == "cooldown_factor") {
    playbook.cooldown_factor = std::stod(value);
  } else if (words[0] == "healthy_for") {
    playbook.verify.healthy_for = duration(value);
  } else if (words[0] == "within") {
    playbook.verify.within = duration(value);
  } else if (words[0] == "approval_within") {
    for (healer::Rung& rung : playbook.rungs) rung.approval_within = duration(value);
  } else if (words[0] == "approval" || words[0] == "recommended" || words[0] == "dry_run") {
    for (std::size_t i = 0; i < playbook.rungs.size(); ++i) {
      if (value != "all" && value != std::to_string(i + 1)) continue;
      if (words[0] == "approval") playbook.rungs[i].approval = true;
      if (words[0] == "recommended") playbook.rungs[i].automatic = false;
      if (words[0] == "dry_run") playbook.rungs[i].dry_run = true;
    }
  } else if (words[0] == "rung_attempts") {
    playbook.rungs.at(std::stoul(value) - 1).attempts = std::stoi(words.at(2));
  } else if (words[0] == "actions") {
    for (std::size_t i = 0; i < playbook.rungs.size(); ++i) playbook.rungs[i].action = words.at(i + 1);
  } else if (words[0] == "prepares") {
    playbook.rungs.at(std::stoul(value) - 1).prepares = true;
  } else if (words[0] == "undo_when_healed") {
    playbook.undo_when_healed = true;
  } else if (words[0] == "quiet_hours") {
    playbook.hours.quiet.push_back(healer::guards::parse_window(value).value());
  } else if (words[0] == "requires_policy") {
    playbook.requires_policy = healer::parse_policy(value).value();
  } else if (words[0] == "priority") {
    playbook.priority = std::stoi(value);
  } else {
    throw std::runtime_error("\"" + words[0] + "\" is no setting");
  }
}

void happen(World& world, const std::vector<std::string>& words) {
  const std::string& verb = words[0];
  const auto length_at = [&](std::size_t index) {
    return words.size() > index ? duration(words[index]) : base::Duration::zero();
  };
  std::optional<base::Duration> starts;
  if (verb == "fires") {
    auto labels = labels_of(words, &starts);
    world.fires(std::move(labels), starts);
  } else if (verb == "fire_together") {
    std::vector<healer::Labels> all;
    for (std::size_t i = 2; i < words.size(); ++i)
      all.push_back(labels_of({verb, words[1], "container=" + words[i]}));
    world.fire_together(all);
  } else if (verb == "resolves") {
    world.resolves(labels_of(words));
  } else if (verb == "again") {
    world.deliver_again();
  } else if (verb == "stale") {
    auto labels = labels_of(words, &starts);
    world.deliver_stale(std::move(labels), starts.value());
  } else if (verb == "facts") {
    world.set_known(words.at(1), words.at(2) == "known");
  } else if (verb == "watchdog") {
    world.set_watchdog(words.at(1) == "returns");
  } else if (verb == "pause") {
    world.operate(healer::PauseHealing{length_at(1)});
  } else if (verb == "resume") {
    world.operate(healer::ResumeHealing{});
  } else if (verb == "run") {
    world.operate(healer::RunPlaybook{words.at(1), words.at(2)}, "maintenance");
  } else if (verb == "release") {
    world.release_latched();
  } else if (verb == "approve" || verb == "reject") {
    const bool approve = verb == "approve";
    if (words.size() > 1 && words[1] == "again") {
      world.answer_again(approve);
    } else {
      world.answer_question(approve);
    }
  } else if (verb == "undo") {
    world.undo(words.size() > 1);
  } else if (verb == "hold") {
    world.operate(healer::HoldPolicy{healer::parse_policy(words.at(1)).value(), length_at(2)});
  } else if (verb == "release_policy") {
    world.operate(healer::ReleasePolicy{});
  } else if (verb == "kill") {
    world.kill(words.size() > 1 ? duration(words[1]) : World::kRestartTakes);
  } else if (verb == "journal") {
    world.journal.set_failing(words.at(1) == "fails");
  } else {
    throw std::runtime_error("\"" + verb + "\" is no event");
  }
}

}  // namespace

healer::Config example_config() {
  healer::Config config;
  config.alertmanager_url = "http://alertmanager.example:9093";
  config.inventory.subsystems = {{.name = "orchestrator",
                                  .purpose = "",
                                  .trading = "partial",
                                  .cadence = "normal",
                                  .container = "quantum_trading_bot",
                                  .depends_on = {}},
                                 {.name = "risk_guard",
                                  .purpose = "",
                                  .trading = "critical",
                                  .cadence = "critical",
                                  .container = "quantum_trading_bot",
                                  .depends_on = {}},
                                 {.name = "logging",
                                  .purpose = "",
                                  .trading = "none",
                                  .cadence = "normal",
                                  .container = "",
                                  .depends_on = {}}};
  config.inventory.other_containers = {"quantum_redis"};
  healer::Playbook playbook;
  playbook.name = "restart_container";
  playbook.accepts = {"ContainerDown", "SubsystemStale"};
  playbook.rungs = {{.action = "container_restart", .attempts = 1},
                    {.action = "container_stop_start", .attempts = 1}};
  playbook.verify.healthy_for = seconds(5);
  playbook.verify.within = seconds(20);
  playbook.verify.every = seconds(1);
  config.playbooks = {playbook};
  config.guards.startup_grace = base::Duration::zero();
  // There is no ruler to ask: an alert ends when Alertmanager says so.
  config.policy.unconfirmed_end = base::Duration::zero();
  return config;
}

std::string story_path(const std::string& name, const std::string& file) {
  return std::string(SALUS_SOURCE_DIR) + "/tests/scenarios/" + name + "/" + file;
}

std::vector<std::string> story_names() {
  std::vector<std::string> names;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(SALUS_SOURCE_DIR) + "/tests/scenarios")) {
    if (std::filesystem::exists(entry.path() / "story.txt"))
      names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Story read_story(const std::string& name) {
  std::ifstream file(story_path(name, "story.txt"));
  if (!file) throw std::runtime_error("there is no story " + name);
  Story story;
  story.name = name;
  story.config = example_config();
  std::string text;
  for (int number = 1; std::getline(file, text); ++number) {
    std::istringstream in(text.substr(0, text.find('#')));
    std::vector<std::string> words{std::istream_iterator<std::string>(in), {}};
    if (words.empty()) continue;
    try {
      if (words[0] == "expect") {
        story.expectations.push_back({number, {}, {words.begin() + 1, words.end()}});
      } else if (words[0] == "runs") {
        words.at(1).pop_back();
        story.effects.push_back({number, {}, {words.begin() + 1, words.end()}});
      } else if (std::isdigit(static_cast<unsigned char>(words[0][0])) == 0) {
        set(story.config, words);
      } else if (words.at(1) == "end") {
        story.end = duration(words[0]);
      } else {
        story.events.push_back({number, duration(words[0]), {words.begin() + 1, words.end()}});
      }
    } catch (const std::exception& error) {
      throw std::runtime_error(fmt::format("{}:{}: {}", story_path(name, "story.txt"), number, error.what()));
    }
  }
  if (story.end == base::Duration::zero()) throw std::runtime_error("story " + name + " has no end");
  return story;
}

void stage(const Story& story, World& world) {
  for (const Story::Line& line : story.effects) {
    std::vector<Effect> effects;
    for (std::size_t i = 1; i < line.words.size(); ++i) effects.push_back(effect_of(line.words[i]));
    world.runs(line.words[0], std::move(effects));
  }
  for (const Story::Line& line : story.events) {
    world.at(line.at, [&world, line] { happen(world, line.words); });
  }
}

std::string journal_text(const std::vector<healer::Entry>& entries, base::WallTime began) {
  std::string text;
  for (const healer::Entry& entry : entries) {
    const auto fields = nlohmann::json::parse(healer::encode(entry.record));
    const std::chrono::duration<double> since = entry.record.at - began;
    text += fmt::format("{:9.3f}s {:3} {}", since.count(), entry.seq, healer::kind_of(entry.record.fact));
    for (const auto& [name, value] : fields.items()) {
      const bool unset =
          value.is_null() || value.empty() || value == "" || value == "1970-01-01T00:00:00.000Z";
      if (name == "at" || name == "kind" || unset) continue;
      if (name == "labels") {
        text += " alert=" + value["alertname"].get<std::string>();
      } else if (name == "target") {
        text += " target=" + value["name"].get<std::string>();
      } else {
        const bool word = value.is_string() && value.get<std::string>().find(' ') == std::string::npos;
        text += fmt::format(" {}={}", name, word ? value.get<std::string>() : value.dump());
      }
    }
    text += "\n";
  }
  return text;
}

}  // namespace tests
