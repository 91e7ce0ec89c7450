#include "exporter/collectors/state_file.h"

#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "base/file.h"
#include "base/json.h"

namespace exporter::collectors {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxBytes = 16 * 1024 * 1024;
constexpr auto kBeforeSecondTry = std::chrono::milliseconds(50);

std::int64_t nanoseconds_of(const timespec& time) { return time.tv_sec * 1'000'000'000 + time.tv_nsec; }

std::optional<base::WallTime> time_at(const json& document, const TimeInJson& time, base::WallTime modified) {
  const json* value = base::at_pointer(document, time.pointer);
  if (value == nullptr) return std::nullopt;
  if (value->is_number()) return from_epoch(value->get<double>());
  if (value->is_string())
    return parse_state_time(value->get_ref<const std::string&>(), time.timezone, modified);
  return std::nullopt;
}

std::optional<double> count_at(const json& document, const std::string& pointer) {
  const json* value = base::at_pointer(document, pointer);
  if (value == nullptr) return std::nullopt;
  if (value->is_array() || value->is_object()) return static_cast<double>(value->size());
  if (value->is_number()) return value->get<double>();
  return std::nullopt;
}

}  // namespace

StateFileReader::StateFileReader(StateFile file, std::function<void(base::Duration)> pause)
    : file_(std::move(file)), pause_(std::move(pause)) {}

void StateFileReader::sleep(base::Duration length) { std::this_thread::sleep_for(length); }

StateFileReader::Identity StateFileReader::identity_of(const struct stat& status) {
  return {status.st_dev, status.st_ino, status.st_size, nanoseconds_of(status.st_mtim)};
}

const StateFacts& StateFileReader::read() {
  struct stat status{};
  if (::stat(file_.path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
    facts_ = StateFacts{};
    read_identity_.reset();
    return facts_;
  }
  facts_.present = true;
  if (!file_.has_json()) {
    facts_.updated = base::WallTime(base::Duration(nanoseconds_of(status.st_mtim)));
    facts_.read = true;
    return facts_;
  }
  if (read_identity_ == identity_of(status)) return facts_;

  bool good = read_json(base::WallTime(base::Duration(nanoseconds_of(status.st_mtim))));
  if (!good) {
    pause_(kBeforeSecondTry);
    if (::stat(file_.path.c_str(), &status) != 0) status = {};
    good = read_json(base::WallTime(base::Duration(nanoseconds_of(status.st_mtim))));
  }
  facts_.read = good;
  read_identity_.reset();
  if (good) read_identity_ = identity_of(status);
  return facts_;
}

bool StateFileReader::read_json(base::WallTime modified) {
  const auto text = base::read_file(file_.path, kMaxBytes);
  if (!text) return false;
  const auto document = base::parse_json(*text);
  if (!document) return false;

  StateFacts fresh{.present = true, .read = true, .updated = modified, .items = {}};
  bool all = true;
  if (file_.time) {
    fresh.updated = time_at(*document, *file_.time, modified);
    all = fresh.updated.has_value();
  }
  for (const auto& [name, pointer] : file_.items) {
    const auto count = count_at(*document, pointer);
    if (count) fresh.items[name] = *count;
    all = all && count;
  }
  if (all) facts_ = std::move(fresh);
  return all;
}

}  // namespace exporter::collectors
