#include "app/git/clones.hpp"

#include "app/git/file_lock.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <fstream>
#include <iterator>
#include <set>

#include <unistd.h>

namespace leadline::git {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::milliseconds k_at_once{0};
constexpr const char* k_size_file = "leadline-size"; // in the clone: goes with it
constexpr const char* k_bin = ".deleted";            // no owner's name starts with a dot
constexpr const char* k_tidy_lock = ".tidy-lock";
constexpr std::string_view k_clone = ".git";
constexpr std::string_view k_fetch_lock = ".fetch-lock";
constexpr std::string_view k_use_lock = ".use-lock";

bool is_name(std::string_view part, std::string_view punctuation) {
  constexpr std::size_t k_longest = 100;
  return !part.empty() && part.size() <= k_longest && part != "." && part != ".." &&
         std::all_of(part.begin(), part.end(), [&](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                  punctuation.find(c) != std::string_view::npos;
         });
}

// The files right in a folder; what vanishes meanwhile counts nothing.
Clones::Packs sum_of(const fs::path& folder) {
  Clones::Packs sum;
  std::error_code problem;
  for (fs::directory_iterator at(folder, problem), end; !problem && at != end;
       at.increment(problem)) {
    std::error_code unknown;
    const std::uintmax_t size = fs::file_size(at->path(), unknown);
    sum.bytes += unknown ? 0 : size;
    sum.count += at->path().extension() == ".pack" ? 1 : 0;
  }
  return sum;
}

ClonePlace place_at(const fs::path& stem) {
  const std::string text = stem.string();
  return {text + std::string(k_clone), text + std::string(k_fetch_lock),
          text + std::string(k_use_lock)};
}

} // namespace

Clones::Clones(fs::path folder) : m_folder(std::move(folder)) {}

// GitHub's names do not tell case apart; lower case also keeps one repository at one place.
std::optional<ClonePlace> Clones::place_of(const std::string& repository) const {
  const std::string lower = to_lower(repository);
  const std::vector<std::string_view> parts = split(lower, '/');
  return parts.size() == 2 && is_name(parts[0], "-_") && is_name(parts[1], "-_.")
             ? std::optional(place_at(m_folder / parts[0] / parts[1]))
             : std::nullopt;
}

Clones::Packs Clones::packs_of(const ClonePlace& place) {
  return sum_of(place.folder / "objects" / "pack");
}

std::uint64_t Clones::measure(const ClonePlace& place) {
  std::uint64_t bytes = 0;
  std::error_code problem;
  for (fs::directory_iterator at(place.folder / "objects", problem), end; !problem && at != end;
       at.increment(problem)) { // pack, info, and a folder for each first byte of loose objects
    bytes += sum_of(at->path()).bytes;
  }
  std::ofstream(place.folder / k_size_file) << bytes << '\n';
  return bytes;
}

std::optional<std::uint64_t> Clones::noted_bytes(const ClonePlace& place) {
  std::string line;
  std::uint64_t bytes = 0;
  std::getline(std::ifstream(place.folder / k_size_file), line);
  const auto [end, failed] = std::from_chars(line.data(), line.data() + line.size(), bytes);
  return failed == std::errc() && !line.empty() && end == line.data() + line.size()
             ? std::optional(bytes)
             : std::nullopt;
}

void Clones::note_use(const ClonePlace& place) {
  std::error_code unknown; // then it goes earlier than it need
  fs::last_write_time(place.use_lock, fs::file_time_type::clock::now(), unknown);
}

void Clones::delete_leftovers(const ClonePlace& place) {
  constexpr std::string_view k_whole[] = {".pack", ".idx", ".rev", ".keep"};
  std::vector<fs::path> leftovers;
  std::error_code problem;
  for (fs::directory_iterator at(place.folder / "objects" / "pack", problem), end;
       !problem && at != end; at.increment(problem)) {
    const std::string name = at->path().extension().string();
    if (std::find(std::begin(k_whole), std::end(k_whole), name) == std::end(k_whole)) {
      leftovers.push_back(at->path());
    }
  }
  for (const fs::path& leftover : leftovers) {
    fs::remove(leftover, problem);
  }
}

bool Clones::remove(const ClonePlace& place) const {
  const auto in_use = FileLock::take(place.use_lock, FileLock::Kind::exclusive, k_at_once);
  if (in_use) {
    delete_folder(place.folder);
  }
  return in_use.has_value();
}

bool Clones::forget(const ClonePlace& place) const {
  std::error_code unknown;
  if (!fs::exists(place.folder, unknown) && !fs::exists(place.use_lock, unknown) &&
      !fs::exists(place.fetch_lock, unknown)) {
    return true;
  }
  const auto fetching = FileLock::take(place.fetch_lock, FileLock::Kind::exclusive, k_at_once);
  if (!fetching) {
    return false;
  }
  const auto in_use = FileLock::take(place.use_lock, FileLock::Kind::exclusive, k_at_once);
  if (!in_use) {
    return false;
  }
  delete_folder(place.folder);
  fs::remove(place.use_lock, unknown); // what is left would be an empty file
  fs::remove(place.fetch_lock, unknown);
  ::rmdir(place.folder.parent_path().c_str()); // unless it has other clones
  return true;
}

// What is deleted goes out of the way at once and whole: a process that is killed meanwhile leaves
// nothing that looks like a clone.
void Clones::delete_folder(const fs::path& folder) const {
  static std::atomic<unsigned> s_deleted = 0;
  const fs::path place =
      m_folder / k_bin /
      fmt::format("{}-{}-{}", ::getpid(),
                  std::chrono::system_clock::now().time_since_epoch().count(), ++s_deleted);
  const auto fail = [&](const std::error_code& problem) {
    return Error(ErrorKind::unavailable, "deleting " + folder.string() + ": " + problem.message());
  };
  std::error_code problem;
  fs::create_directories(m_folder / k_bin, problem);
  if (problem) {
    throw fail(problem);
  }
  fs::rename(folder, place, problem);
  if (problem == std::errc::no_such_file_or_directory) {
    return;
  }
  if (problem) {
    throw fail(problem);
  }
  fs::remove_all(place, problem);
  std::error_code unknown;
  if (problem && fs::exists(place, unknown)) { // unless another process has emptied the bin
    throw fail(problem);
  }
}

// What a process that was killed left there. Another one may be deleting the same.
void Clones::empty_bin() const {
  std::error_code problem;
  for (fs::directory_iterator at(m_folder / k_bin, problem), end; !problem && at != end;
       at.increment(problem)) {
    std::error_code kept;
    fs::remove_all(at->path(), kept);
  }
}

std::vector<Clones::Clone> Clones::list() const {
  std::set<fs::path> stems; // a fetch that failed leaves locks without a clone
  std::error_code problem;
  for (fs::directory_iterator owner(m_folder, problem), end; !problem && owner != end;
       owner.increment(problem)) {
    if (owner->path().filename().string().starts_with('.')) {
      continue;
    }
    std::error_code gone;
    for (fs::directory_iterator at(owner->path(), gone), last; !gone && at != last;
         at.increment(gone)) {
      const std::string path = at->path().string();
      for (const std::string_view ending : {k_clone, k_fetch_lock, k_use_lock}) {
        if (path.ends_with(ending)) {
          stems.insert(path.substr(0, path.size() - ending.size()));
        }
      }
    }
  }
  std::vector<Clone> clones;
  for (const fs::path& stem : stems) {
    Clone clone;
    clone.place = place_at(stem);
    std::error_code unknown;
    clone.used = fs::last_write_time(clone.place.use_lock, unknown);
    if (unknown) {
      clone.used = fs::last_write_time(clone.place.fetch_lock, unknown);
    }
    clone.is_there = fs::exists(clone.place.folder, unknown);
    if (clone.is_there) {
      // A fetch that was killed has noted nothing of what it has left.
      const auto noted = noted_bytes(clone.place);
      clone.bytes = noted ? std::max(*noted, packs_of(clone.place).bytes) : measure(clone.place);
    }
    clones.push_back(std::move(clone));
  }
  std::stable_sort(clones.begin(), clones.end(),
                   [](const Clone& a, const Clone& b) { return a.used < b.used; });
  return clones;
}

std::optional<CloneTotals> Clones::tidy(std::chrono::system_clock::time_point since,
                                        std::uint64_t max_bytes,
                                        std::chrono::milliseconds wait) const {
  const auto alone =
      FileLock::take((m_folder / k_tidy_lock).string(), FileLock::Kind::exclusive, wait);
  if (!alone) {
    return std::nullopt;
  }
  empty_bin();
  const std::vector<Clone> clones = list();
  CloneTotals totals;
  for (const Clone& clone : clones) {
    totals.clones += clone.is_there ? 1 : 0;
    totals.bytes += clone.bytes;
  }
  const auto limit = std::chrono::file_clock::from_sys(since);
  for (const Clone& clone : clones) {
    const bool in_the_way = totals.bytes > max_bytes && clone.bytes > 0;
    try {
      if ((clone.used < limit || in_the_way) && forget(clone.place)) {
        totals.bytes -= clone.bytes;
        totals.clones -= clone.is_there ? 1 : 0;
        totals.deleted += clone.is_there ? 1 : 0;
      }
    } catch (const Error& error) {
      totals.problem = error.what();
    }
  }
  return totals;
}

} // namespace leadline::git
