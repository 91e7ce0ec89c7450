#include "exporter/collectors/subsystems/integrity.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "base/log.h"
#include "base/text/exposition.h"
#include "exporter/collectors/subsystems/subsystem_sources.h"

namespace exporter::collectors {
namespace {

constexpr Family kPresent{"salus_file_present", kGauge, "file, subsystem", "1 when the file exists."};
constexpr Family kSize{"salus_file_size_bytes", kGauge, "file, subsystem", "Size of the file."};
constexpr Family kModified{"salus_file_modified_timestamp_seconds", kGauge, "file, subsystem",
                           "When the file was last modified."};
constexpr Family kIntact{"salus_file_intact", kGauge, "file, subsystem",
                         "1 when the file matches its manifest, 0 when not; absent when it is missing, "
                         "cannot be read or has not been read yet."};
constexpr Family kVerified{"salus_file_verified_timestamp_seconds", kGauge, "file, subsystem",
                           "When the file was last compared with its manifest."};
constexpr Family kManifestRead{
    "salus_manifest_read_success", kGauge, "subsystem",
    "1 when the subsystem's manifest could be read, 0 when not; its last known content then applies."};
constexpr Family kManifestFiles{"salus_manifest_files", kGauge, "subsystem",
                                "How many files the subsystem's manifest lists."};

// The families of one run.
class Sheet {
 public:
  void add_file(const std::string& subsystem, const std::string& file,
                const std::optional<FileFacts>& facts) {
    base::add_sample(present_, {{"file", file}, {"subsystem", subsystem}}, facts ? 1 : 0);
    if (!facts) return;
    base::add_sample(size_, {{"file", file}, {"subsystem", subsystem}}, facts->size);
    base::add_sample(modified_, {{"file", file}, {"subsystem", subsystem}},
                     base::unix_seconds(facts->modified));
  }

  void add_manifest(const std::string& subsystem, const ManifestWatch& watch) {
    base::add_sample(manifest_read_, {{"subsystem", subsystem}}, watch.read() ? 1 : 0);
    base::add_sample(manifest_files_, {{"subsystem", subsystem}}, static_cast<double>(watch.files().size()));
    for (const ManifestFile& file : watch.files()) {
      const std::string& name = file.entry.name;
      add_file(subsystem, name, file.facts);
      if (!file.intact) continue;
      base::add_sample(intact_, {{"file", name}, {"subsystem", subsystem}}, *file.intact ? 1 : 0);
      base::add_sample(verified_, {{"file", name}, {"subsystem", subsystem}},
                       base::unix_seconds(file.verified.wall));
    }
  }

  std::vector<prometheus::MetricFamily> take() {
    return take_families(
        {&present_, &size_, &modified_, &intact_, &verified_, &manifest_read_, &manifest_files_});
  }

 private:
  prometheus::MetricFamily present_ = open_family(kPresent);
  prometheus::MetricFamily size_ = open_family(kSize);
  prometheus::MetricFamily modified_ = open_family(kModified);
  prometheus::MetricFamily intact_ = open_family(kIntact);
  prometheus::MetricFamily verified_ = open_family(kVerified);
  prometheus::MetricFamily manifest_read_ = open_family(kManifestRead);
  prometheus::MetricFamily manifest_files_ = open_family(kManifestFiles);
};

std::map<std::string, WatchedFiles> read_watched(const base::yaml::Node& node,
                                                 const base::Inventory& inventory) {
  std::map<std::string, WatchedFiles> sources;
  if (!node.present()) return sources;
  for (const auto& [name, child] : node.entries()) {
    if (inventory.find(name) == nullptr) child.problem("subsystems.yml has no subsystem \"" + name + "\"");
    child.only({"files", "manifest"});
    WatchedFiles& watched = sources[name];
    if (const auto files = child.optional("files"); files.present()) {
      for (const auto& [file, path] : files.entries()) watched.files.emplace_back(file, read_path(path));
    }
    if (const auto manifest = child.optional("manifest"); manifest.present()) {
      watched.manifest = read_path(manifest);
    }
  }
  return sources;
}

}  // namespace

std::vector<Family> integrity_families() {
  return {kPresent, kSize, kModified, kIntact, kVerified, kManifestRead, kManifestFiles};
}

IntegrityCollector::IntegrityCollector(IntegrityOptions options, CheckDurations& checks,
                                       const base::Clock& clock)
    : options_(std::move(options)),
      checks_(checks),
      clock_(clock),
      schedule_(options_.cadences),
      allowed_at_(clock.now().mono - options_.burst) {
  for (const auto& [name, watched] : options_.sources) {
    if (!watched.manifest.empty()) manifests_.try_emplace(name, watched.manifest, options_.rehash, clock);
  }
}

base::Result<std::vector<prometheus::MetricFamily>> IntegrityCollector::collect(base::Deadline deadline) {
  return run(false, deadline);
}

base::Result<std::vector<prometheus::MetricFamily>> IntegrityCollector::refresh(base::Deadline deadline) {
  return run(true, deadline);
}

base::Result<std::vector<prometheus::MetricFamily>> IntegrityCollector::run(bool all,
                                                                            base::Deadline deadline) {
  const auto began = clock_.now().mono;
  for (const auto& [name, watched] : options_.sources) {
    const auto cadence = options_.cadences.find(name);
    if (!all && cadence != options_.cadences.end() && !schedule_.due(name, began)) continue;
    const auto start = clock_.now().mono;
    look(name, watched);
    const auto now = clock_.now().mono;
    const auto holds = 3 * (cadence == options_.cadences.end() ? options_.burst : cadence->second);
    checks_.put_subsystem(name, "files", {now - start, now, holds});
    schedule_.begin(name, began);
  }
  verify(deadline);
  Sheet sheet;
  for (const auto& [name, watched] : options_.sources) {
    const auto& facts = facts_[name];
    for (std::size_t i = 0; i < watched.files.size(); ++i)
      sheet.add_file(name, watched.files[i].first, facts[i]);
  }
  for (const auto& [name, watch] : manifests_) sheet.add_manifest(name, watch);
  return sheet.take();
}

void IntegrityCollector::look(const std::string& subsystem, const WatchedFiles& watched) {
  auto& facts = facts_[subsystem];
  facts.clear();
  for (const auto& [file, path] : watched.files) facts.push_back(look_at(path));
  if (const auto watch = manifests_.find(subsystem); watch != manifests_.end()) {
    watch->second.look();
    tell(subsystem, watch->second);
  }
}

void IntegrityCollector::verify(base::Deadline deadline) {
  if (manifests_.empty()) return;
  const auto now = clock_.now().mono;
  const auto saved = std::min<base::Duration>(now - std::exchange(allowed_at_, now), options_.burst);
  const auto rate = static_cast<double>(options_.bytes_per_second);
  const auto seconds = [](base::Duration length) { return std::chrono::duration<double>(length).count(); };
  allowance_ = std::min(allowance_ + rate * seconds(saved), rate * seconds(options_.burst));
  ReadBudget budget{static_cast<std::size_t>(allowance_), deadline.within(deadline.remaining() / 2)};
  const std::size_t before = budget.bytes;
  // Each run starts with another manifest, so that a large file of one does not delay the others.
  auto each = std::next(manifests_.begin(), static_cast<std::ptrdiff_t>(turn_++ % manifests_.size()));
  for (std::size_t i = 0; i < manifests_.size(); ++i) {
    each->second.verify(budget);
    if (++each == manifests_.end()) each = manifests_.begin();
  }
  allowance_ -= static_cast<double>(before - budget.bytes);
}

void IntegrityCollector::tell(const std::string& subsystem, const ManifestWatch& watch) {
  std::string& reported = problems_[subsystem];
  if (reported.empty() == watch.problem().empty()) return;
  reported = watch.problem();
  if (reported.empty()) {
    base::log::info("manifest can be read again", {{"subsystem", subsystem}});
  } else {
    base::log::warn("failed to read the manifest; its last known content applies",
                    {{"subsystem", subsystem}, {"error", reported}});
  }
}

CollectorFactory read_integrity(const base::yaml::Node& node, const CollectorContext& collector_context) {
  using std::chrono::hours;
  using std::chrono::seconds;
  node.only({"interval", "timeout", "read_mib_per_second", "rehash", "sources"});
  const Timing timing = read_timing(node, {.interval = seconds(5), .timeout = seconds(2)});
  IntegrityOptions options;
  options.bytes_per_second =
      static_cast<std::size_t>(node.optional("read_mib_per_second").integer(32, 1, 10'000)) * 1024 * 1024;
  options.burst = timing.interval;
  options.rehash = node.optional("rehash").duration(hours(24), base::Duration::zero(), hours(24 * 366));
  options.sources = read_watched(node.optional("sources"), collector_context.inventory);
  // The text has the cadences of these subsystems only: another change of subsystems.yml must not make the
  // collector forget what it has hashed.
  std::string text;
  for (const auto& [name, watched] : options.sources) {
    const auto* subsystem = collector_context.inventory.find(name);
    if (subsystem == nullptr) continue;
    const auto cadence = collector_context.cadence.of(*subsystem);
    options.cadences[name] = cadence;
    text += fmt::format("{} {}\n", name, cadence.count());
  }
  return {"integrity", timing,
          [options](const Shared& shared, const std::function<void()>&) {
            return std::make_unique<IntegrityCollector>(options, shared.checks, shared.clock);
          },
          std::move(text)};
}

}  // namespace exporter::collectors
