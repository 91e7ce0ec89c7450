#include "healer/actions/files/gzip_rotation.h"

#include <algorithm>
#include <optional>

#include "base/text/gzip.h"

namespace healer::actions {
namespace {

using base::Descriptor;
using base::fail;
using base::Result;

constexpr std::size_t kPart = 256 * 1024;
constexpr int kMostCopies = 100;  // of one name: app.log.gz, app.log.1.gz, …

Result<> out_of_time(const FileFacts& file) { return fail("{}: timed out", file.name); }

class Packing {
 public:
  Packing(Folder& folder, const FileFacts& file, base::Deadline deadline)
      : folder_(folder), file_(file), deadline_(deadline) {}

  Result<Packed> run(const InUse& in_use) {
    auto name = free_name();
    if (!name) return std::unexpected(name.error());
    // The name of a copy that existed already may not be durable yet.
    if (auto made = done_ ? folder_.sync_folder() : make_copy(*name, in_use); !made) {
      // An incomplete copy is removed; after a crash, by the next run.
      if (const auto left = find(unfinished())) static_cast<void>(folder_.remove(*left));
      return base::wrap(made.error(), "compress {}", file_.name);
    }
    const auto copy = find(*name);
    if (!copy) return fail("compress {}: {} not found", file_.name, *name);
    if (auto removed = folder_.remove(file_); !removed) {
      // The file was written to at the last moment: another run will compress it.
      const auto now = find(file_.name);
      if (now && !same_file(*now, file_)) static_cast<void>(folder_.remove(*copy));
      return std::unexpected(removed.error());
    }
    return Packed{*name, copy->bytes};
  }

 private:
  std::string unfinished() const { return "." + file_.name + ".gz" + std::string(kUnfinished); }

  std::optional<FileFacts> find(const std::string& name) {
    const auto file = folder_.open(name);
    if (!file) return std::nullopt;
    auto facts = folder_.facts(*file, name);
    return facts ? std::optional(std::move(*facts)) : std::nullopt;
  }

  Result<Descriptor> open_original() {
    auto opened = folder_.open(file_.name);
    if (!opened) return opened;
    const auto facts = folder_.facts(*opened, file_.name);
    if (!facts) return std::unexpected(facts.error());
    if (!same_file(*facts, file_)) return fail("{} was changed in the meantime", file_.name);
    return opened;
  }

  // The first free name, or that of a complete copy made by an interrupted run.
  Result<std::string> free_name() {
    const auto files = folder_.list();
    if (!files) return std::unexpected(files.error());
    for (int number = 0; number < kMostCopies; ++number) {
      std::string name = file_.name + (number == 0 ? "" : "." + std::to_string(number)) + ".gz";
      const auto taken = std::ranges::find(*files, name, &FileFacts::name);
      if (taken == files->end()) return name;
      if (taken->modified != file_.modified) continue;
      const auto copy = folder_.open(name);
      if (!copy) return std::unexpected(copy.error());
      const auto same = same_content(*copy);
      if (!same) return std::unexpected(same.error());
      if (*same) {
        done_ = true;
        return name;
      }
    }
    return fail("compress {}: {} copies of that name exist already", file_.name, kMostCopies);
  }

  Result<> make_copy(const std::string& name, const InUse& in_use) {
    const auto copy = folder_.create(unfinished());
    if (!copy) return std::unexpected(copy.error());
    if (auto written = write_packed(*copy); !written) return written;
    const auto again = folder_.open(unfinished());
    if (!again) return std::unexpected(again.error());
    const auto same = same_content(*again);
    if (!same) return std::unexpected(same.error());
    if (!*same) return fail("the copy differs from the file");
    if (auto dressed = folder_.dress(*copy, file_); !dressed) return dressed;
    if (auto synced = folder_.sync(*copy); !synced) return synced;
    if (in_use(file_)) return fail("a process has started to write to it");
    if (auto renamed = folder_.rename(unfinished(), name); !renamed) return renamed;
    return folder_.sync_folder();
  }

  Result<> write_packed(const Descriptor& copy) {
    const auto original = open_original();
    if (!original) return std::unexpected(original.error());
    base::Gzip gzip;
    for (bool last = false; !last;) {
      if (deadline_.passed()) return out_of_time(file_);
      const auto bytes = folder_.read(*original, kPart);
      if (!bytes) return std::unexpected(bytes.error());
      last = bytes->empty();
      std::string packed;
      if (!gzip.feed(*bytes, last, packed)) return fail("out of memory");
      if (auto wrote = folder_.write(copy, packed); !wrote) return wrote;
    }
    return {};
  }

  // Whether the copy decompresses to the original, byte for byte.
  Result<bool> same_content(const Descriptor& copy) {
    const auto original = open_original();
    if (!original) return std::unexpected(original.error());
    base::Gunzip gunzip;
    std::optional<base::Error> trouble;
    const auto compare = [&](std::string_view unpacked) {
      while (!unpacked.empty()) {
        const auto bytes = folder_.read(*original, unpacked.size());
        if (!bytes) trouble = bytes.error();
        if (!bytes || bytes->empty() || !unpacked.starts_with(*bytes)) return false;
        unpacked.remove_prefix(bytes->size());
      }
      return true;
    };
    while (true) {
      if (deadline_.passed()) return std::unexpected(out_of_time(file_).error());
      const auto packed = folder_.read(copy, kPart);
      if (!packed) return std::unexpected(packed.error());
      if (packed->empty()) break;
      const bool good = gunzip.feed(*packed, compare);
      if (trouble) return std::unexpected(*trouble);
      if (!good) return false;
    }
    if (!gunzip.whole()) return false;
    const auto rest = folder_.read(*original, 1);
    if (!rest) return std::unexpected(rest.error());
    return rest->empty();
  }

  Folder& folder_;
  const FileFacts& file_;
  base::Deadline deadline_;
  bool done_ = false;  // the copy was there already
};

}  // namespace

Result<Packed> pack(Folder& folder, const FileFacts& file, const InUse& in_use, base::Deadline deadline) {
  return Packing(folder, file, deadline).run(in_use);
}

}  // namespace healer::actions
