#include "analyzers/catalog/domains.hpp"

#include "analyzers/catalog/catalog_files.hpp"
#include "analyzers/catalog/row_reader.hpp"
#include "base/error.hpp"
#include "base/glob.hpp"

#include <set>

namespace leadline {
namespace {

Domain read_domain(RowReader& row) {
  Domain domain;
  domain.id = row.text("id");
  row.set_where(row.where() + " \"" + domain.id + '"');
  domain.title = row.text("title");
  domain.words = row.texts("words");
  domain.names = row.texts("names");
  domain.paths = row.texts("paths");
  domain.weight = row.number("weight", 0, 10).value_or(domain.weight);
  domain.merge_order = row.number("merge_order", 0, 100).value_or(domain.merge_order);
  row.finish();
  for (const std::string& glob : domain.paths) {
    try {
      GlobSet({&glob, 1}, GlobCase::insensitive);
    } catch (const Error& e) {
      row.mistake(e.what());
    }
  }
  return domain;
}

} // namespace

std::vector<Domain> load_domains(std::string_view json) {
  Mistakes mistakes;
  std::vector<Domain> domains;
  if (auto root = RowReader::parse(json, "domains", mistakes)) {
    root->number("schema", 1, 1);
    std::set<std::string> ids;
    for (RowReader& row : root->objects("domains")) {
      domains.push_back(read_domain(row));
      if (!ids.insert(domains.back().id).second) {
        row.mistake("the id is taken");
      }
    }
    root->finish();
  }
  mistakes.throw_if_any();
  return domains;
}

const std::vector<Domain>& built_in_domains() {
  static const std::vector<Domain> domains = [] {
    for (const EmbeddedFile& file : catalog_files()) {
      if (file.name == "domains.json") {
        return load_domains(file.bytes);
      }
    }
    throw Error(ErrorKind::bad_input, "domains.json is missing from the program");
  }();
  return domains;
}

} // namespace leadline
