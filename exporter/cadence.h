// How often the sources of a subsystem are read: by the cadence that subsystems.yml gives it.
//
//   cadence: {critical: 5s, normal: 30s}     # in exporter.yml
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/os/clock.h"
#include "base/yaml/yaml.h"
#include "inventory/subsystems.h"

namespace exporter {

struct Cadence {
  base::Duration critical = std::chrono::seconds(5);
  base::Duration normal = std::chrono::seconds(30);

  base::Duration of(const base::Subsystem& subsystem) const {
    return subsystem.cadence == "critical" ? critical : normal;
  }
};

// Reports a `normal` that is shorter than `critical` as a problem.
Cadence read_cadence(const base::yaml::Node& node);

// As a part of the text that a collector is built from.
std::string cadence_text(const Cadence& cadence);

// When the sources of each subsystem are due. Pure state: it reads no clock. Not thread-safe.
class CadenceSchedule {
 public:
  // A source that is due so soon is read at once, so that two runs do not follow each other closely.
  static constexpr base::Duration kEarly = std::chrono::seconds(1);

  // All are due at once. A name that is not listed is never due.
  explicit CadenceSchedule(std::map<std::string, base::Duration> intervals);

  bool due(const std::string& subsystem, base::MonoTime now) const;
  // Its sources are read by a run that began at `now`.
  void begin(const std::string& subsystem, base::MonoTime now);
  // When the next sources are due; nullopt without subsystems.
  std::optional<base::MonoTime> next() const;

 private:
  struct Turn {
    base::Duration interval{};
    base::MonoTime due = base::MonoTime::min();
  };
  std::map<std::string, Turn, std::less<>> turns_;
};

}  // namespace exporter
