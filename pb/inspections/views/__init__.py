"""Pages of visits by the auditor and the commission."""

from pb.inspections.views import answering, duties, pages, signing, writing
from pb.inspections.views.blueprint import blueprint

__all__ = ["answering", "blueprint", "duties", "pages", "signing", "writing"]
