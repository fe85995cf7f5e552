"""PDF files: what would act on a visitor's machine, and the text inside."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import DependencyError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NullObject

from publishing.documents.kinds import DocumentRefused, broken

# More objects than any document an office publishes; checking this many takes about 15 seconds.
MAX_OBJECTS = 100_000
# Drawing instructions of one page, unpacked, in bytes; reading the text of this many takes about 7 seconds.
MAX_PAGE_CONTENT = 2 * 1024 * 1024

# Under these keys a file specification holds the file itself.
_EMBEDDED_FILE_KEYS = frozenset(("/F", "/UF", "/DOS", "/Mac", "/Unix"))
# The reader keeps every object it has read; forgetting them now and then keeps memory level.
_FORGET_AFTER = 5_000


def refuse_unsafe_pdf(data: bytes) -> None:
    """Raise `DocumentRefused` for a PDF that is broken, needs a password, or carries something active."""
    reader = _opened(data)
    if sum(1 for _ in _references(reader)) > MAX_OBJECTS:
        raise DocumentRefused("这个 PDF 内部结构过于庞大，系统无法检查。请拆成几个文件后再上传。")
    found = _active_content(reader)
    if found is not None:
        raise DocumentRefused(
            f"这个 PDF {found}，可能影响访客的电脑，不能上传。请用“打印成 PDF”重新生成一份后再上传。"
        )


def pdf_pieces(data: bytes) -> Iterator[str]:
    """Yield the text page by page, then what is written in notes and form fields of the page.

    Raises whatever a damaged file makes the reader raise: a text with holes must not pass for the whole.
    """
    reader = PdfReader(BytesIO(data))
    for page in reader.pages:
        contents = page.get_contents()
        if contents is not None and len(contents.get_data()) > MAX_PAGE_CONTENT:
            raise ValueError("page too large to be read")
        yield page.extract_text() + "\n"
        yield from _annotation_texts(page)


def _opened(data: bytes) -> PdfReader:
    try:
        # The reader tries the empty password by itself: owner restrictions alone keep nobody from reading.
        reader = PdfReader(BytesIO(data))
        pages = len(reader.pages) if not _is_locked(reader) else None
    except (DependencyError, NotImplementedError) as error:
        raise _unknown_encryption() from error
    except Exception as error:  # hostile bytes make the reader raise anything; for the editor it is one case
        raise broken() from error
    if pages is None:
        raise DocumentRefused("这个 PDF 要输入密码才能打开，访客无法阅读。请取消打开密码后再上传。")
    if pages == 0:
        raise broken()
    return reader


def _unknown_encryption() -> DocumentRefused:
    return DocumentRefused(
        "这个 PDF 加了密，系统无法检查内容。请用“打印成 PDF”生成一份不加密的文件后再上传。"
    )


def _is_locked(reader: PdfReader) -> bool:
    return reader.is_encrypted and not reader.decrypt("")


def _references(reader: PdfReader) -> Iterator[IndirectObject]:
    """Yield every object the file declares, also those no page leads to."""
    for generation, numbers in reader.xref.items():
        for number in numbers:
            yield IndirectObject(number, generation, reader)
    for number in reader.xref_objStm:
        yield IndirectObject(number, 0, reader)


def _active_content(reader: PdfReader) -> str | None:
    """Return what is active in the file as words of a Chinese sentence, or None."""
    for position, reference in enumerate(_references(reader)):
        if position % _FORGET_AFTER == 0:
            reader.resolved_objects.clear()
        try:
            value = reader.get_object(reference)
        except DependencyError as error:
            raise _unknown_encryption() from error
        except Exception:  # noqa: S112 -- one unreadable object is common in honest files
            continue
        for dictionary in _dictionaries(value):
            if (found := _what_it_does(dictionary)) is not None:
                return found
    return None


def _dictionaries(value: Any) -> Iterator[DictionaryObject]:
    """Yield the dictionary and those inside it; what is only referred to comes as an object of its own."""
    waiting = [value]
    while waiting:
        current = waiting.pop()
        if isinstance(current, DictionaryObject):
            yield current
            waiting.extend(current.values())
        elif isinstance(current, ArrayObject):
            waiting.extend(current)


def _what_it_does(dictionary: DictionaryObject) -> str | None:
    action = _entry(dictionary, "/S")
    # "/JS" is also a legal name for a font or a bookmark, which are dictionaries and arrays; a script is not.
    script = _entry(dictionary, "/JS")
    is_script = script is not None and (
        hasattr(script, "get_data") or not isinstance(script, DictionaryObject | ArrayObject)
    )
    if action == "/JavaScript" or is_script:
        return "带有脚本（JavaScript）"
    if action == "/Launch":
        return "带有会启动程序的动作"
    files = _entry(dictionary, "/EF")
    is_file = isinstance(files, DictionaryObject) and not _EMBEDDED_FILE_KEYS.isdisjoint(files)
    if is_file or _entry(dictionary, "/Type") == "/EmbeddedFile":
        return "里面嵌有其他文件"
    return None


def _entry(dictionary: DictionaryObject, key: str) -> Any:
    if key not in dictionary:
        return None
    try:
        value = dictionary[key]
    except Exception:
        return None
    return None if isinstance(value, NullObject) else value


def _annotation_texts(page: PageObject) -> Iterator[str]:
    for annotation in page.annotations or ():
        for key in ("/Contents", "/V"):
            if isinstance(value := _entry(annotation.get_object(), key), str):
                yield value + "\n"
