#include "exporter/collectors/subsystems/state_file.h"

#include <cmath>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "base/os/file.h"
#include "base/text/json.h"
#include "exporter/collectors/text.h"

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

// A number, or a string with a number: programs write strings to keep all digits.
std::optional<double> number_at(const json& document, const std::string& pointer) {
  const json* value = base::at_pointer(document, pointer);
  if (value == nullptr) return std::nullopt;
  std::optional<double> number;
  if (value->is_number()) number = value->get<double>();
  if (value->is_string()) number = to_double(value->get_ref<const std::string&>());
  return number && std::isfinite(*number) ? number : std::nullopt;
}

std::optional<double> count_at(const json& document, const std::string& pointer) {
  const json* value = base::at_pointer(document, pointer);
  if (value != nullptr && (value->is_array() || value->is_object())) {
    return static_cast<double>(value->size());
  }
  return number_at(document, pointer);
}

std::optional<double> counter_at(const json& document, const std::string& pointer) {
  const auto number = number_at(document, pointer);
  return number && *number >= 0 ? number : std::nullopt;
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

  const auto modified = [&status] { return base::WallTime(base::Duration(nanoseconds_of(status.st_mtim))); };
  auto fresh = read_json(modified());
  if (!fresh) {
    pause_(kBeforeSecondTry);
    if (::stat(file_.path.c_str(), &status) != 0) status = {};
    fresh = read_json(modified());
  }
  read_identity_.reset();
  if (fresh) {
    facts_ = std::move(*fresh);
    read_identity_ = identity_of(status);
  } else {
    facts_.read = false;
    facts_.problem = std::move(fresh.error().message);
  }
  return facts_;
}

base::Result<StateFacts> StateFileReader::read_json(base::WallTime modified) const {
  const auto text = base::read_file(file_.path, kMaxBytes);
  if (!text) return std::unexpected(text.error());
  const auto document = base::parse_json(*text);
  if (!document) return base::wrap(document.error(), "{}", file_.path);

  StateFacts fresh{.present = true, .read = true, .updated = modified};
  if (file_.time) {
    fresh.updated = time_at(*document, *file_.time, modified);
    if (!fresh.updated) return base::fail("{}: no time at \"{}\"", file_.path, file_.time->pointer);
  }
  for (const auto& [name, pointer] : file_.items) {
    const auto count = count_at(*document, pointer);
    if (!count) return base::fail("{}: no array, object or number at \"{}\"", file_.path, pointer);
    fresh.items[name] = *count;
  }
  for (const auto& [pointer, counter] :
       {std::pair(&file_.calls, &fresh.calls), {&file_.errors, &fresh.errors}}) {
    if (!*pointer) continue;
    *counter = counter_at(*document, **pointer);
    if (!*counter) return base::fail("{}: no counter at \"{}\"", file_.path, **pointer);
  }
  return fresh;
}

}  // namespace exporter::collectors
