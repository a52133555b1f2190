"""Web addresses -> articles: fetched politely and within bounds, as pages, feeds and sitemaps."""
