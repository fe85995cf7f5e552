"""Days as people type them in Chinese. Django's own third form, %Y年%n月%j日, is none that Python can read."""

DATE_INPUT_FORMATS = ["%Y/%m/%d", "%Y-%m-%d", "%Y年%m月%d日", "%Y.%m.%d"]
